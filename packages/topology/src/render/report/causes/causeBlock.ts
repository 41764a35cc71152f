import { counted, formatCount } from "../../../text/units.ts";
import { code, codes, diffBlock, folded, plain } from "../../markdown.ts";
import { clippedText } from "../phrase.ts";
import { approvalEntries, approvalText } from "./approvalEntry.ts";
import { causeNames } from "./causeNames.ts";
import type { CauseReason } from "./causeReason.ts";
import type { ReportedCause } from "./reportedCause.ts";

/** How much of each cause is shown. Every form names all causes that need approval. */
export type BlockForm = "full" | "short" | "names";

export interface BlockSettings {
    readonly form: BlockForm;
    /** All stacks of the report. A cause of all of them does not name them. */
    readonly stacks: readonly string[];
    /** The command that prints the full report. */
    readonly command: string;
    /** The maximum number of lines of a difference. With 0, differences are left out. */
    readonly lines: number;
    /** The maximum length of a line or a sentence. */
    readonly maxLength: number;
}

/** All causes: what needs approval with reason, number of messages, safe way and the entries that approve it; then the rest. */
export function causeBlock(causes: readonly ReportedCause[], settings: BlockSettings): readonly string[] {
    const open = causes.filter(({ needsApproval, approval }) => needsApproval && approval === undefined);
    const agreed = causes.filter(({ needsApproval, approval }) => needsApproval && approval !== undefined);
    const harmless = causes.filter(({ needsApproval }) => !needsApproval);
    return [
        ...group("🛑 Needs approval before deployment", open, settings),
        ...(open.length === 0 ? [] : toPaste(open, settings)),
        ...group("⚠️ Approved", agreed, settings),
        ...harmlessGroup(harmless, open.length + agreed.length > 0 ? "Other changes" : "Changes", settings),
    ];
}

function group(title: string, causes: readonly ReportedCause[], settings: BlockSettings): readonly string[] {
    if (causes.length === 0) {
        return [];
    }
    const { form } = settings;
    const namesId = causes.length > maxEntriesToPaste;
    const entries =
        form === "full"
            ? causes.flatMap((each) => full(each, namesId, settings))
            : form === "short"
              ? causes.map((each) => short(each, settings))
              : causeNames(causes, { namesStack: settings.stacks.length > 1, command: settings.command });
    const count = causes.length > 1 ? ` (${formatCount(causes.length)})` : "";
    return [`#### ${title}${count}`, "", ...entries, ""];
}

function full(cause: ReportedCause, namesId: boolean, settings: BlockSettings): readonly string[] {
    const { reasons, moreReasons, live, safeWay, approval } = cause;
    const details = detailsOf(cause, settings);
    return [
        `- ${namesId ? `${code(cause.id)}: ` : ""}${titleText(cause, settings)}`,
        ...(approval === undefined ? [] : [`  - **${plain(approvalText(approval))}**`]),
        ...reasons.map((each) => `  - Why: ${reasonText(each, settings)}`),
        ...(moreReasons === 0 ? [] : [`  - and ${counted(moreReasons, "more reason", "more reasons")}`]),
        ...live.map((each) => `  - Live: ${plain(each)}`),
        ...(safeWay === undefined ? [] : [`  - Safe way: ${plain(safeWay)}`]),
        ...(details.length === 0 ? [] : ["", ...details]),
    ];
}

function short(cause: ReportedCause, settings: BlockSettings): string {
    const rules = [...new Set(cause.reasons.flatMap(({ rule }) => (rule === undefined ? [] : [rule.id])))];
    const [live] = cause.live;
    return `- ${code(cause.id)}: **${plain(cause.outcome)}**${stacksText(cause, settings)}${rules.length === 0 ? "" : ` (${codes(rules)})`}${live === undefined ? "" : `; ${plain(live)}`}`;
}

function titleText(cause: ReportedCause, settings: BlockSettings): string {
    const { title, outcome } = cause;
    return `**${plain(clippedText(sentence(title), settings.maxLength))}**${stacksText(cause, settings)}${outcome === "" ? "" : `: ${plain(outcome)}`}`;
}

function sentence(text: string): string {
    return text.slice(0, 1).toUpperCase() + text.slice(1);
}

/** The stacks of a cause, if it does not belong to all. */
function stacksText({ stacks }: ReportedCause, settings: BlockSettings): string {
    return stacks.length === settings.stacks.length ? "" : ` in ${codes(stacks)}`;
}

function reasonText({ text, rule }: CauseReason, { maxLength }: BlockSettings): string {
    const shown = plain(clippedText(text, maxLength));
    if (rule === undefined) {
        return shown;
    }
    const link = /^https:\/\/[^\s<>()"\\]+$/u.test(rule.source)
        ? `[${plain(rule.id)}](${rule.source})`
        : `${code(rule.id)}, ${code(rule.source)}`;
    return `${shown} (${link})`;
}

/** Everything that the cause changes, folded. */
function detailsOf(cause: ReportedCause, settings: BlockSettings): readonly string[] {
    return settings.lines === 0 ||
        (cause.size < 2 && cause.routes.length === 0 && cause.differences.length < 2)
        ? []
        : folded(`What changes: ${counted(cause.size, "object")}`, differenceParts([cause], settings));
}

function differenceParts(
    causes: readonly ReportedCause[],
    { lines, maxLength, command }: BlockSettings,
): readonly string[] {
    const differences = causes.flatMap((each) => each.differences);
    const routes = [...new Set(causes.flatMap((each) => each.routes))];
    const shown = differences
        .slice(0, lines)
        .map(({ sign, text }) => clippedText(`${sign} ${text}`, Math.min(maxLength, maxLineLength)));
    const [moreLines, moreRoutes] = [differences.length - shown.length, routes.length - routesShown(lines)];
    return [
        ...(shown.length === 0 ? [] : diffBlock(shown)),
        ...(moreLines > 0
            ? [
                  `and ${counted(moreLines, "line")} more; ${code(clippedText(command, maxLength))} prints all`,
                  "",
              ]
            : []),
        ...routes.slice(0, routesShown(lines)).map((each) => `- ${plain(clippedText(each, maxLength))}`),
        ...(moreRoutes > 0 ? [`- and ${counted(moreRoutes, "route")} more`] : []),
        "",
    ];
}

/** Longer lines would scroll sideways. */
const maxLineLength = 120;

function routesShown(lines: number): number {
    return Math.ceil(lines / 4);
}

const harmlessShown = 20;

function harmlessGroup(
    causes: readonly ReportedCause[],
    title: string,
    settings: BlockSettings,
): readonly string[] {
    if (causes.length === 0) {
        return [];
    }
    if (settings.lines === 0) {
        return [`#### ${title}`, "", `- ${counted(causes.length, "change")} without loss`, ""];
    }
    const rest = causes.length - harmlessShown;
    const size = causes.reduce((sum, each) => sum + each.size, 0);
    return [
        `#### ${title}`,
        "",
        ...causes
            .slice(0, harmlessShown)
            .flatMap((each) => [
                `- ${titleText(each, settings)}`,
                ...each.reasons.slice(0, 1).map((reason) => `  - Why: ${reasonText(reason, settings)}`),
            ]),
        ...(rest > 0 ? [`- and ${counted(rest, "change")} more`] : []),
        "",
        ...folded(`What changes: ${counted(size, "object")}`, differenceParts(causes, settings)),
    ];
}

/** More entries are too many to paste by hand. */
const maxEntriesToPaste = 20;

function toPaste(open: readonly ReportedCause[], { form, command }: BlockSettings): readonly string[] {
    const { file, lines } = approvalEntries(open.slice(0, form === "full" ? maxEntriesToPaste : 1));
    const shown = form === "full" ? Math.min(open.length, maxEntriesToPaste) : 1;
    const rest = open.length - shown;
    return [
        `To approve, add this to ${code(file)} under "approved", with a reason:`,
        "",
        "```yaml",
        ...lines,
        "```",
        "",
        ...(rest > 0
            ? [
                  `Add the other ${counted(rest, "change")} in the same way; ${code(command)} prints the full report.`,
                  "",
              ]
            : []),
    ];
}
