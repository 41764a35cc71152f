import type { Finding, FindingState, Severity } from "@spot-messaging/topology/check";
import { countsOf, type ReportedFinding } from "@spot-messaging/topology/check";
import { counted, groupBy } from "@spot-messaging/topology/text";
import { locationText } from "./locationText.ts";
import type { Page, Style } from "./paint.ts";
import { wrapText } from "./wrapText.ts";

/** What is said of a rule once, above its findings. */
export type Reasons = ReadonlyMap<string, string>;

const styles: Readonly<Record<Severity, Style>> = { error: "error", warning: "warning", note: "faint" };

/** A person reads some of a kind and mends their cause; machines get them all. */
const mostOfOneRule = 20;

/**
 * Findings for a person: by severity and rule, the rule's reason once, counts at the end. Where another version was asked about, those that
 * are new with it say so, and those that are gone stand behind the others.
 */
export function renderFindings(judgements: readonly ReportedFinding[], reasons: Reasons, page: Page): string {
    const absent = judgements.filter(({ state }) => state === "absent");
    const byRule = groupBy(
        judgements.filter(({ state }) => state !== "absent"),
        ({ finding: { severity, rule } }) => `${severity} ${rule}`,
    );
    return [
        ...[...byRule.values()].map((group) => renderGroup(group, reasons, page)),
        ...(absent.length > 0 ? [renderAbsent(absent, page)] : []),
        renderCounts(judgements, page),
    ].join("\n\n");
}

function renderGroup(group: readonly ReportedFinding[], reasons: Reasons, { paint, width }: Page): string {
    const [first] = group;
    if (first === undefined) {
        return "";
    }
    const { severity, rule } = first.finding;
    const reason = reasons.get(rule);
    const shown = group.slice(0, mostOfOneRule).map(({ finding, location, accepted, state }) => {
        const mark = state === "new" ? "new: " : "";
        const at = location === undefined ? "" : `${locationText(location)}: `;
        const why = accepted === undefined ? "" : ` (accepted: ${accepted})`;
        const text = `${mark}${at}${finding.place}: ${finding.message}; ${finding.fix}${why}`;
        return `  ${wrapText(text, "    ", width)}`;
    });
    const rest = group.length - shown.length;
    return [
        `${paint(styles[severity], severity)} ${paint("name", rule)}`,
        ...(reason === undefined ? [] : [`  ${paint("faint", wrapText(reason, "  ", width))}`]),
        ...shown,
        ...(rest > 0 ? [`  and ${rest} more; --json has them all`] : []),
    ].join("\n");
}

/** What no longer needs mending: one line each, without a way out. */
function renderAbsent(absent: readonly ReportedFinding[], { paint, width }: Page): string {
    const shown = absent
        .slice(0, mostOfOneRule)
        .map(({ finding: { rule, place, message } }) =>
            paint("faint", `  ${wrapText(`${rule}: ${place}: ${message}`, "    ", width)}`),
        );
    const rest = absent.length - shown.length;
    return [
        paint("good", "gone with the target version"),
        ...shown,
        ...(rest > 0 ? [`  and ${rest} more; --json has them all`] : []),
    ].join("\n");
}

function renderCounts(judgements: readonly ReportedFinding[], { paint }: Page): string {
    const { errors, warnings, notes, accepted, ...compared } = countsOf(judgements);
    const changes = [
        ...(compared.new > 0 ? [`${compared.new} new`] : []),
        ...(compared.absent > 0 ? [`${compared.absent} gone`] : []),
    ];
    const rest = changes.length > 0 ? `; ${changes.join(", ")}` : "";
    if (errors + warnings + notes === 0) {
        return `${paint("good", "no findings")}${rest}`;
    }
    const counts = [
        painted("error", errors, "error"),
        painted("warning", warnings, "warning"),
        `${counted(notes, "note")}${accepted > 0 ? ` (${accepted} accepted)` : ""}`,
    ];
    return `${counts.join(", ")}${rest}`;

    function painted(style: Style, count: number, noun: string): string {
        const text = counted(count, noun);
        return count === 0 ? text : paint(style, text);
    }
}

/** A finding as `check --json` prints it. */
export interface FindingJson extends Finding {
    /** Whether it is new with the target version. @default - no target was named */
    readonly state?: FindingState;
}

/** What `check --json` prints. */
export interface FindingsJson {
    readonly findings: readonly FindingJson[];
    /** What is found only without the target version. @default - no target was named */
    readonly absent?: readonly FindingJson[];
}

/**
 * The five fields of each finding, in total order; an accepted one says why in its message. Where a target version was named, each says in a
 * sixth whether it is new with it, and those that are gone have a list of their own, so that `findings` is what is wrong in any case.
 */
export function findingsJson(judgements: readonly ReportedFinding[], isCompared: boolean): FindingsJson {
    const absent = judgements.filter(({ state }) => state === "absent").map(findingJson);
    const findings = judgements.filter(({ state }) => state !== "absent").map(findingJson);
    return isCompared ? { findings, absent } : { findings };
}

function findingJson({
    finding: { rule, severity, place, message, fix },
    accepted,
    state,
}: ReportedFinding): FindingJson {
    return {
        rule,
        severity,
        place,
        message: accepted === undefined ? message : `${message} (accepted: ${accepted})`,
        fix,
        ...(state !== undefined && { state }),
    };
}
