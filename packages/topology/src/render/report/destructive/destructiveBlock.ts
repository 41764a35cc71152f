import { counted, formatCount } from "../../../text/units.ts";
import { code, codes, plain } from "../../markdown.ts";
import { inMarkdown } from "../phrase.ts";
import { approvalEntries, approvalText } from "./approvalEntry.ts";
import type { DestructionReason, DestructiveChange } from "./destructiveChange.ts";
import { destructiveNames } from "./destructiveNames.ts";

/** How much of each destructive change is shown. Every form has all names. */
export const blockForms = ["full", "short", "names"] as const;
export type BlockForm = (typeof blockForms)[number];

export interface BlockSettings {
    readonly form: BlockForm;
    /** Whether each entry names its stack, because there are several. */
    readonly namesStack: boolean;
    /** The command that prints the full report. */
    readonly command: string;
}

/** All destructive changes, with reason, number of messages, safe way, and the entries that approve them. */
export function destructiveBlock(
    destructive: readonly DestructiveChange[],
    settings: BlockSettings,
): readonly string[] {
    const open = destructive.filter(({ approval }) => approval === undefined);
    const agreed = destructive.filter(({ approval }) => approval !== undefined);
    return [
        ...group("🛑 Needs approval before deployment", open, settings),
        ...(open.length === 0 ? [] : toPaste(open, settings)),
        ...group("⚠️ Destructive, approved", agreed, settings),
    ];
}

function group(
    title: string,
    destructive: readonly DestructiveChange[],
    { form, namesStack, command }: BlockSettings,
): readonly string[] {
    if (destructive.length === 0) {
        return [];
    }
    const entries =
        form === "full"
            ? destructive.flatMap((each) => full(each, namesStack))
            : form === "short"
              ? destructive.map((each) => short(each, namesStack))
              : destructiveNames(destructive, namesStack, command);
    const count = destructive.length > 1 ? ` (${formatCount(destructive.length)})` : "";
    return [`#### ${title}${count}`, "", ...entries, ""];
}

function full(danger: DestructiveChange, namesStack: boolean): readonly string[] {
    const { reasons, moreReasons, difference, live, safeWay, approval } = danger;
    return [
        `- ${title(danger, namesStack)}`,
        ...(approval === undefined ? [] : [`  - **${plain(approvalText(approval))}**`]),
        ...reasons.map((each) => `  - Why: ${reasonText(each)}`),
        ...(moreReasons === 0 ? [] : [`  - and ${counted(moreReasons, "reason")} more`]),
        ...(difference.length === 0 ? [] : [`  - What differs: ${inMarkdown(difference)}`]),
        ...live.map((each) => `  - Live: ${plain(each)}`),
        ...(safeWay === undefined ? [] : [`  - Safe way: ${plain(safeWay)}`]),
    ];
}

function short(danger: DestructiveChange, namesStack: boolean): string {
    const rules = [...new Set(danger.reasons.flatMap(({ rule }) => (rule === undefined ? [] : [rule.id])))];
    const [live] = danger.live;
    return `- ${title(danger, namesStack)}${rules.length === 0 ? "" : ` (${codes(rules)})`}${live === undefined ? "" : `; ${plain(live)}`}`;
}

function title({ id, stack, outcome }: DestructiveChange, namesStack: boolean): string {
    return `${code(id)}${namesStack ? ` in stack ${code(stack)}` : ""}: **${plain(outcome)}**`;
}

function reasonText({ text, rule }: DestructionReason): string {
    if (rule === undefined) {
        return plain(text);
    }
    const link = /^https:\/\/[^\s<>()"\\]+$/u.test(rule.source)
        ? `[${plain(rule.id)}](${rule.source})`
        : `${code(rule.id)}, ${code(rule.source)}`;
    return `${plain(text)} (${link})`;
}

/** More entries are too many to paste by hand. */
const maxEntriesToPaste = 20;

function toPaste(
    open: readonly DestructiveChange[],
    { form, namesStack, command }: BlockSettings,
): readonly string[] {
    const { file, lines } = approvalEntries(
        open.slice(0, form === "full" ? maxEntriesToPaste : 1),
        namesStack,
    );
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
