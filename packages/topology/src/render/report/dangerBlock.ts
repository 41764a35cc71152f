import { counted, formatCount } from "../../text/units.ts";
import { code, codes, plain } from "../markdown.ts";
import { approvalEntries, approvalText } from "./approvalEntry.ts";
import type { Danger, DangerReason } from "./danger.ts";
import { dangerNames } from "./dangerNames.ts";
import { inMarkdown } from "./phrase.ts";

/** How much of each danger is told; every form names each. */
export const dangerForms = ["full", "short", "names"] as const;
export type DangerForm = (typeof dangerForms)[number];

export interface DangerSettings {
    readonly form: DangerForm;
    /** Whether the stack must be said, since there are several. */
    readonly namesStack: boolean;
    /** What prints everything. */
    readonly command: string;
}

/** What must not be overlooked: each danger with its reason, its size, the way around it, and how to agree to it. */
export function dangerBlock(dangers: readonly Danger[], settings: DangerSettings): readonly string[] {
    const open = dangers.filter(({ approval }) => approval === undefined);
    const agreed = dangers.filter(({ approval }) => approval !== undefined);
    return [
        ...group("🛑 Needs approval before it is applied", open, settings),
        ...(open.length === 0 ? [] : toPaste(open, settings)),
        ...group("⚠️ Destructive, and approved", agreed, settings),
    ];
}

function group(
    title: string,
    dangers: readonly Danger[],
    { form, namesStack, command }: DangerSettings,
): readonly string[] {
    if (dangers.length === 0) {
        return [];
    }
    const entries =
        form === "full"
            ? dangers.flatMap((each) => full(each, namesStack))
            : form === "short"
              ? dangers.map((each) => short(each, namesStack))
              : dangerNames(dangers, namesStack, command);
    const count = dangers.length > 1 ? ` (${formatCount(dangers.length)})` : "";
    return [`#### ${title}${count}`, "", ...entries, ""];
}

function full(danger: Danger, namesStack: boolean): readonly string[] {
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

function short(danger: Danger, namesStack: boolean): string {
    const rules = [...new Set(danger.reasons.flatMap(({ rule }) => (rule === undefined ? [] : [rule.id])))];
    const [live] = danger.live;
    return `- ${title(danger, namesStack)}${rules.length === 0 ? "" : ` (${codes(rules)})`}${live === undefined ? "" : `; ${plain(live)}`}`;
}

function title({ id, stack, outcome }: Danger, namesStack: boolean): string {
    return `${code(id)}${namesStack ? ` in stack ${code(stack)}` : ""}: **${plain(outcome)}**`;
}

function reasonText({ text, rule }: DangerReason): string {
    if (rule === undefined) {
        return plain(text);
    }
    const link = /^https:\/\/[^\s<>()"\\]+$/u.test(rule.source)
        ? `[${plain(rule.id)}](${rule.source})`
        : `${code(rule.id)}, ${code(rule.source)}`;
    return `${plain(text)} (${link})`;
}

/** As many as somebody writes into a file by hand. */
const mostToPaste = 20;

function toPaste(open: readonly Danger[], { form, namesStack, command }: DangerSettings): readonly string[] {
    const { file, lines } = approvalEntries(open.slice(0, form === "full" ? mostToPaste : 1), namesStack);
    const shown = form === "full" ? Math.min(open.length, mostToPaste) : 1;
    const rest = open.length - shown;
    return [
        `To approve, add to ${code(file)} below "approved", with a reason:`,
        "",
        "```yaml",
        ...lines,
        "```",
        "",
        ...(rest > 0
            ? [
                  `The other ${counted(rest, "change")}: the same with their names; ${code(command)} prints all of it.`,
                  "",
              ]
            : []),
    ];
}
