import { compareText } from "../text/names.ts";

/** How bad a finding is; errors make a topology unsound. */
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
    return (
        severities.indexOf(a.severity) - severities.indexOf(b.severity) ||
        compareText(a.rule, b.rule) ||
        compareText(a.place, b.place) ||
        compareText(a.message, b.message)
    );
}

/** Findings in total order, each once: several references may break in the same place and way. */
export function inOrder(findings: readonly Finding[]): readonly Finding[] {
    return [...new Map(findings.map((each) => [JSON.stringify(each), each])).values()].sort(compareFindings);
}

/** One finding as a sentence: place, what is wrong, way out. */
export function renderFinding({ place, message, fix }: Finding): string {
    return `${place}: ${message}; ${fix}`;
}
