import type { Finding, FindingState, Severity } from "@spot-messaging/topology/check";
import { countsOf, type ReportedFinding } from "@spot-messaging/topology/check";
import type { ImportVerdict, InputProblem } from "@spot-messaging/topology/definitions";
import { counted, groupBy } from "@spot-messaging/topology/text";
import { locationText } from "./locationText.ts";
import type { Page, Style } from "./paint.ts";
import { wrapText } from "./wrapText.ts";

/** The reason of each rule, by its id. */
export type Reasons = ReadonlyMap<string, string>;

const styles: Readonly<Record<Severity, Style>> = { error: "error", warning: "warning", note: "faint" };

/** How many findings of one rule are printed for a person. JSON output has all of them. */
const maxPerRule = 20;

/** How findings are printed for a person. */
export interface FindingsView {
    readonly verdict?: ImportVerdict | undefined;
    /** With "grouped notes", the notes of a rule are one line with their number. @default "all" */
    readonly detail?: "all" | "grouped notes";
}

/**
 * Findings for a person: grouped by severity and rule, with the reason of each rule and counts at the end. With a target version, findings that
 * appear only there are marked `new`, and findings that disappear follow at the end.
 */
export function renderFindings(
    findings: readonly ReportedFinding[],
    reasons: Reasons,
    page: Page,
    { verdict, detail = "all" }: FindingsView = {},
): string {
    const absent = findings.filter(({ state }) => state === "absent");
    const present = findings.filter(({ state }) => state !== "absent");
    const inFull = detail === "all" ? present : present.filter((each) => !isFolded(each));
    const folded = detail === "all" ? [] : present.filter(isFolded);
    const byRule = groupBy(inFull, ({ finding: { severity, rule } }) => `${severity} ${rule}`);
    return [
        ...[...byRule.values()].map((group) => renderGroup(group, reasons, page)),
        ...(folded.length > 0 ? [renderFolded(folded, page)] : []),
        ...(absent.length > 0 ? [renderAbsent(absent, page)] : []),
        ...(verdict === undefined ? [] : [wrapText(importSentence(verdict), "", page.width)]),
        renderCounts(findings, page),
    ].join("\n\n");
}

/** The verdict of an import names its conditions, and a target version's new notes are what a comparison is for. */
function isFolded({ finding, state }: ReportedFinding): boolean {
    return finding.severity === "note" && finding.rule !== "conditionalImport" && state !== "new";
}

/** The notes of each rule in one line: their number and the first one. */
function renderFolded(notes: readonly ReportedFinding[], { paint, width }: Page): string {
    const groups = [...groupBy(notes, ({ finding }) => finding.rule).values()];
    const max = Math.max(...groups.map(({ length }) => String(length).length));
    return [
        paint(styles.note, "notes; --verbose shows each with its reason and fix"),
        ...groups.map((group) => {
            const [first] = group;
            const { rule = "", place = "", message = "" } = first?.finding ?? {};
            const count = String(group.length).padStart(max);
            const text = `${count} ${paint("name", rule)}: ${place}: ${message}${acceptance(first?.accepted)}`;
            return `  ${wrapText(text, " ".repeat(max + 3), width)}`;
        }),
    ].join("\n");
}

/** Whether the file can be imported at all. */
export function importSentence(verdict: ImportVerdict): string {
    const basis = verdict.evidence === "source" ? " (by its source code; not tried on a broker)" : "";
    return `${outcomeSentence(verdict)}${basis}`;
}

function outcomeSentence({ version, vhost, outcome, problems }: ImportVerdict): string {
    const what = vhost === undefined ? "this file" : `this file into a virtual host such as "${vhost}"`;
    const count = (rule: InputProblem["rule"]): number =>
        problems.filter((each) => each.rule === rule).length;
    const skipped = count("skippedByImport");
    const rest = skipped === 0 ? "" : ` and skips ${counted(skipped, "object")}`;
    switch (outcome) {
        case "accepted":
            return `import: RabbitMQ ${version} imports ${what}${rest}`;
        case "conditional":
            return `import: RabbitMQ ${version} imports ${what}${rest} if it has what ${counted(count("conditionalImport"), "note")} ${count("conditionalImport") === 1 ? "names" : "name"}`;
        case "refused":
            return `import: RabbitMQ ${version} refuses ${what} for ${counted(count("refusedImport"), "reason")}`;
    }
}

function acceptance(reason: string | undefined): string {
    return reason === undefined ? "" : ` (accepted: ${reason})`;
}

function renderGroup(group: readonly ReportedFinding[], reasons: Reasons, { paint, width }: Page): string {
    const [first] = group;
    if (first === undefined) {
        return "";
    }
    const { severity, rule } = first.finding;
    const reason = reasons.get(rule);
    const shown = group.slice(0, maxPerRule).map(({ finding, location, accepted, state }) => {
        const mark = state === "new" ? "new: " : "";
        const at = location === undefined ? "" : `${locationText(location)}: `;
        const text = `${mark}${at}${finding.place}: ${finding.message}; ${finding.fix}${acceptance(accepted)}`;
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

/** Findings that disappear with the target version, one line each, without a fix. */
function renderAbsent(absent: readonly ReportedFinding[], { paint, width }: Page): string {
    const shown = absent
        .slice(0, maxPerRule)
        .map(({ finding: { rule, place, message } }) =>
            paint("faint", `  ${wrapText(`${rule}: ${place}: ${message}`, "    ", width)}`),
        );
    const rest = absent.length - shown.length;
    return [
        paint("good", "not found with the target version"),
        ...shown,
        ...(rest > 0 ? [`  and ${rest} more; --json has them all`] : []),
    ].join("\n");
}

function renderCounts(findings: readonly ReportedFinding[], { paint }: Page): string {
    const { errors, warnings, notes, accepted, ...compared } = countsOf(findings);
    const changes = [
        ...(compared.new > 0 ? [`${compared.new} new`] : []),
        ...(compared.absent > 0 ? [`${compared.absent} fixed by the target version`] : []),
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
    /** Whether it appears only with the target version. @default - no target version was given */
    readonly state?: FindingState;
}

/** What `check --json` prints. */
export interface FindingsJson {
    readonly findings: readonly FindingJson[];
    /** Findings that disappear with the target version. @default - no target version was given */
    readonly absent?: readonly FindingJson[];
    /** Whether a broker imports the file. @default - it is not a file of definitions */
    readonly import?: ImportJson;
}

/** Whether a broker imports a file, as `check --json` prints it; the reasons are among the findings. */
export type ImportJson = Pick<ImportVerdict, "evidence" | "outcome" | "version" | "vhost">;

/**
 * The findings as JSON, in total order. The message of an accepted finding ends with the reason for that. With a target version, `state` marks
 * findings that appear only there, and findings that disappear are listed as `absent`.
 */
export function findingsJson(
    reported: readonly ReportedFinding[],
    isCompared: boolean,
    verdict?: ImportVerdict,
): FindingsJson {
    const absent = reported.filter(({ state }) => state === "absent").map(findingJson);
    const findings = reported.filter(({ state }) => state !== "absent").map(findingJson);
    return {
        findings,
        ...(isCompared && { absent }),
        ...(verdict !== undefined && { import: importJson(verdict) }),
    };
}

function importJson({ outcome, version, vhost, evidence }: ImportVerdict): ImportJson {
    return { outcome, version, evidence, ...(vhost !== undefined && { vhost }) };
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
