import { approvalsPath } from "../../../review/report/approvals.ts";
import type { ApprovedChange } from "../../../review/report/report.ts";
import { counted } from "../../../text/units.ts";
import type { DestructiveChange } from "./destructiveChange.ts";

/** What a person adds to the file of approvals, to paste; agreed to is nothing until a reason is written. */
export function approvalEntries(
    dangers: readonly DestructiveChange[],
    namesStack: boolean,
): { readonly file: string; readonly lines: readonly string[] } {
    return {
        file: approvalsPath,
        lines: ["approved:", ...dangers.flatMap((each) => entry(each, namesStack))],
    };
}

function entry({ id, stack, dying }: DestructiveChange, namesStack: boolean): readonly string[] {
    return [
        `  - change: ${quoted(id)}`,
        ...(namesStack ? [`    stack: ${quoted(stack)}`] : []),
        '    reason: "" # why it may be done',
        ...(dying === undefined
            ? []
            : [`    # messages: ${dying} (would die now; without this line none may)`]),
    ];
}

/** In double quotes YAML takes what JSON does; what nobody sees is written so that it is seen. */
function quoted(text: string): string {
    return JSON.stringify(text).replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, (each) =>
        each
            .split("")
            .map((unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`)
            .join(""),
    );
}

/** `approved until 2027-03-31, also for 40 messages: drained on Monday` */
export function approvalText({ until, messages, reason }: ApprovedChange): string {
    return [
        "approved",
        ...(until === undefined ? [] : [` until ${until}`]),
        ...(messages === undefined ? [] : [`, also for ${counted(messages, "message")}`]),
        `: ${reason}`,
    ].join("");
}
