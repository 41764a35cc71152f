import type { ApprovedChange } from "../../review/report/report.ts";
import { counted } from "../../text/units.ts";

/** `approved until 2027-03-31, also for 40 messages: drained on Monday` */
export function approvalText({ until, messages, reason }: ApprovedChange): string {
    return [
        "approved",
        ...(until === undefined ? [] : [` until ${until}`]),
        ...(messages === undefined ? [] : [`, also for ${counted(messages, "message")}`]),
        `: ${reason}`,
    ].join("");
}
