import { compareText } from "../text/names.ts";

/** How serious a finding is. A topology with an error is invalid. */
export type Severity = "error" | "warning" | "note";

/** A problem that a rule found in a topology. */
export interface Finding {
    /** The rule's id: the name of its file. */
    readonly rule: string;
    readonly severity: Severity;
    /** The object: `vhost "spot": queue "result-processor"`. */
    readonly place: string;
    /** What is wrong. */
    readonly message: string;
    /** How to fix it. */
    readonly fix: string;
}

const severities: readonly Severity[] = ["error", "warning", "note"];

/** Whether a severity is at least as serious as another. */
export function isAtLeastAsSevere(severity: Severity, min: Severity): boolean {
    return severities.indexOf(severity) <= severities.indexOf(min);
}

/** Compares by severity, rule, place and message. */
export function compareFindings(a: Finding, b: Finding): number {
    return (
        severities.indexOf(a.severity) - severities.indexOf(b.severity) ||
        compareText(a.rule, b.rule) ||
        compareText(a.place, b.place) ||
        compareText(a.message, b.message)
    );
}

/** Findings, sorted and without duplicates. */
export function inOrder(findings: readonly Finding[]): readonly Finding[] {
    return [...new Map(findings.map((each) => [JSON.stringify(each), each])).values()].sort(compareFindings);
}

/** A finding as a sentence: place, problem, fix. */
export function renderFinding({ place, message, fix }: Finding): string {
    return `${place}: ${message}; ${fix}`;
}
