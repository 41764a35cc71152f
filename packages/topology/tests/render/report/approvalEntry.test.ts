import fc from "fast-check";
import { expect, it } from "vitest";
import { approvalEntries } from "../../../src/render/report/causes/approvalEntry.ts";
import { parseApprovals } from "../../../src/review/report/approvals.ts";
import { anyName } from "../../review/anyTopology.ts";

it("writes entries that the approvals file accepts for any names, once a reason is filled in", () => {
    const anyCause = fc.record({
        stacks: fc.uniqueArray(anyName, { minLength: 1, maxLength: 3 }),
        id: anyName,
        lostMessages: fc.nat(),
    });
    fc.assert(
        fc.property(fc.array(anyCause, { minLength: 1, maxLength: 5 }), (causes) => {
            const { lines } = approvalEntries(causes);
            const completed = lines
                .join("\n")
                .replaceAll('reason: ""', 'reason: "empty"')
                .replaceAll("# messages", "messages");
            expect(
                parseApprovals(completed, "approvals.yaml").entries.map(
                    ({ change, stack, reason, messages }) => ({ change, stack, reason, messages }),
                ),
            ).toEqual(
                causes.flatMap(({ id, stacks, lostMessages: messages }) =>
                    (causes.filter((each) => each.id === id).length > 1 ? stacks : [undefined]).map(
                        (stack) => ({ change: id, stack, reason: "empty", messages }),
                    ),
                ),
            );
        }),
    );
});
