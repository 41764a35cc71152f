import fc from "fast-check";
import { expect, it } from "vitest";
import { approvalEntries } from "../../../src/render/report/destructive/approvalEntry.ts";
import { parseApprovals } from "../../../src/review/report/approvals.ts";
import { anyName } from "../../review/anyTopology.ts";

it("writes entries that the approvals file accepts for any names, once a reason is filled in", () => {
    const anyDanger = fc.record({
        stack: anyName,
        id: anyName,
        outcome: fc.constant("messages are lost"),
        reasons: fc.constant([]),
        moreReasons: fc.constant(0),
        difference: fc.constant([]),
        live: fc.constant([]),
        lostMessages: fc.nat(),
    });
    fc.assert(
        fc.property(fc.array(anyDanger, { minLength: 1, maxLength: 5 }), (destructive) => {
            const { lines } = approvalEntries(destructive, true);
            const completed = lines
                .join("\n")
                .replaceAll('reason: ""', 'reason: "empty"')
                .replaceAll("# messages", "messages");
            expect(
                parseApprovals(completed, "approvals.yaml").entries.map(
                    ({ change, stack, reason, messages }) => ({ change, stack, reason, messages }),
                ),
            ).toEqual(
                destructive.map(({ id, stack, lostMessages }) => ({
                    change: id,
                    stack,
                    reason: "empty",
                    messages: lostMessages,
                })),
            );
        }),
    );
});
