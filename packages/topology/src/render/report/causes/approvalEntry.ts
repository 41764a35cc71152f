import { approvalsPath } from "../../../review/report/approvals.ts";
import type { ApprovedChange } from "../../../review/report/report.ts";
import { counted } from "../../../text/units.ts";
import type { ReportedCause } from "./reportedCause.ts";

type ToApprove = Pick<ReportedCause, "id" | "stacks" | "lostMessages">;

/**
 * Entries to paste into the approvals file. They approve nothing until a reason is filled in. An entry without a stack is for every stack that has
 * the cause.
 */
export function approvalEntries(causes: readonly ToApprove[]): {
    readonly file: string;
    readonly lines: readonly string[];
} {
    const [ids, repeated] = [new Set<string>(), new Set<string>()];
    for (const { id } of causes) {
        (ids.has(id) ? repeated : ids).add(id);
    }
    return {
        file: approvalsPath,
        lines: [
            "approved:",
            ...causes.flatMap((each) =>
                // The same change has another effect in another stack: each is approved by itself.
                repeated.has(each.id) ? each.stacks.flatMap((stack) => entry(each, stack)) : entry(each),
            ),
        ],
    };
}

function entry({ id, lostMessages }: ToApprove, stack?: string): readonly string[] {
    return [
        `  - change: ${quoted(id)}`,
        ...(stack === undefined ? [] : [`    stack: ${quoted(stack)}`]),
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
