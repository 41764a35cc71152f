import type { Finding, Severity } from "../../checks/finding.js";
import { countsOf, type Judgement, type Location } from "../../checks/judgement.js";
import { type Page, type Style, wrapped } from "./paint.js";

/** What is said of a rule once, above its findings. */
export type Reasons = ReadonlyMap<string, string>;

const styles: Readonly<Record<Severity, Style>> = { error: "error", warning: "warning", note: "faint" };

/** A person reads some of a kind and mends their cause; machines get them all. */
const mostOfOneRule = 20;

/** Findings for a person: by severity and rule, the rule's reason once, counts at the end. */
export function renderFindings(judgements: readonly Judgement[], reasons: Reasons, page: Page): string {
    const groups = new Map<string, Judgement[]>();
    for (const each of judgements) {
        const key = `${each.finding.severity} ${each.finding.rule}`;
        const group = groups.get(key);
        if (group === undefined) {
            groups.set(key, [each]);
        } else {
            group.push(each);
        }
    }
    const blocks = [...groups.values()].map((group) => renderGroup(group, reasons, page));
    return [...blocks, renderCounts(judgements, page)].join("\n\n");
}

function renderGroup(group: readonly Judgement[], reasons: Reasons, { paint, width }: Page): string {
    const [first] = group;
    if (first === undefined) {
        return "";
    }
    const { severity, rule } = first.finding;
    const reason = reasons.get(rule);
    const shown = group.slice(0, mostOfOneRule).map(({ finding, location, accepted }) => {
        const at = location === undefined ? "" : `${locationText(location)}: `;
        const why = accepted === undefined ? "" : ` (accepted: ${accepted})`;
        const text = `${at}${finding.place}: ${finding.message}; ${finding.fix}${why}`;
        return `  ${wrapped(text, "    ", width)}`;
    });
    const rest = group.length - shown.length;
    return [
        `${paint(styles[severity], severity)} ${paint("name", rule)}`,
        ...(reason === undefined ? [] : [`  ${paint("faint", wrapped(reason, "  ", width))}`]),
        ...shown,
        ...(rest > 0 ? [`  and ${rest} more; --json has them all`] : []),
    ].join("\n");
}

export function locationText({ file, line, column }: Location): string {
    return [file, line, column].filter((each) => each !== undefined).join(":");
}

function renderCounts(judgements: readonly Judgement[], { paint }: Page): string {
    const { errors, warnings, notes, accepted } = countsOf(judgements);
    if (errors + warnings + notes === 0) {
        return paint("good", "no findings");
    }
    return [
        counted(errors, "error", (text) => paint("error", text)),
        counted(warnings, "warning", (text) => paint("warning", text)),
        `${counted(notes, "note", (text) => text)}${accepted > 0 ? ` (${accepted} accepted)` : ""}`,
    ].join(", ");
}

function counted(count: number, noun: string, mark: (text: string) => string): string {
    const text = `${count} ${noun}${count === 1 ? "" : "s"}`;
    return count === 0 ? text : mark(text);
}

/** What `check --json` prints: these five fields of each finding, in total order; an accepted one says why in its message. */
export function findingsJson(judgements: readonly Judgement[]): { readonly findings: readonly Finding[] } {
    return {
        findings: judgements.map(({ finding: { rule, severity, place, message, fix }, accepted }) => ({
            rule,
            severity,
            place,
            message: accepted === undefined ? message : `${message} (accepted: ${accepted})`,
            fix,
        })),
    };
}
