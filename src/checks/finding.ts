export type Severity = "error" | "warning" | "note";

/** Something that a rule found in a topology. */
export interface Finding {
    /** The rule's id: the name of its file. */
    readonly rule: string;
    readonly severity: Severity;
    /** Where: `vhost "spot": queue "result-processor"`. */
    readonly place: string;
    /** What is wrong. */
    readonly message: string;
    /** The way out. */
    readonly fix: string;
}

const severities: readonly Severity[] = ["error", "warning", "note"];

/** Total order: severity, rule, place, message. */
export function compareFindings(a: Finding, b: Finding): number {
    const rank = severities.indexOf(a.severity) - severities.indexOf(b.severity);
    const [textA, textB] = [a, b].map(({ rule, place, message }) => JSON.stringify([rule, place, message]));
    return rank !== 0 ? rank : (textA ?? "") < (textB ?? "") ? -1 : textA === textB ? 0 : 1;
}

/** One finding as a sentence: place, what is wrong, way out. */
export function renderFinding({ place, message, fix }: Finding): string {
    return `${place}: ${message}; ${fix}`;
}
