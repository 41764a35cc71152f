import { approvalsPath } from "../../../review/report/approvals.ts";
import type { ApprovedChange } from "../../../review/report/report.ts";
import { counted } from "../../../text/units.ts";
import type { DestructiveChange } from "./destructiveChange.ts";

/** Entries to paste into the approvals file. They approve nothing until a reason is filled in. */
export function approvalEntries(
    destructive: readonly DestructiveChange[],
    namesStack: boolean,
): { readonly file: string; readonly lines: readonly string[] } {
    return {
        file: approvalsPath,
        lines: ["approved:", ...destructive.flatMap((each) => entry(each, namesStack))],
    };
}

function entry({ id, stack, lostMessages }: DestructiveChange, namesStack: boolean): readonly string[] {
    return [
        `  - change: ${quoted(id)}`,
        ...(namesStack ? [`    stack: ${quoted(stack)}`] : []),
        '    reason: "" # why the change may be deployed',
        ...(lostMessages === undefined
            ? []
            : [`    # messages: ${lostMessages} # would be lost now; uncomment this line to approve it`]),
    ];
}

/** A double-quoted YAML string, with invisible characters as escapes. */
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
