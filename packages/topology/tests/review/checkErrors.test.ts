import { describe, expect, it } from "vitest";
import type { Topology } from "../../src/model/index.ts";
import { reviewStack } from "../../src/review/report/reviewedStack.ts";
import { unbind } from "../checks/edits.ts";
import { spot } from "./edits.ts";

const unbound = unbind(({ routingKey }) => routingKey === "notify.alert")(spot);
const text =
    'new error of check, unroutedPublication: service "analyzer-orchestrator": message "alert" to exchange "spot.notifications" with routing key "notify.alert" is unroutable: it falls through to the alternate exchange and is parked in "unrouted"';

function problems(before: Topology, after: Topology, more = {}): readonly string[] {
    const found = reviewStack({ stack: "dev", before, after, hashes: {}, problems: [], ...more });
    return [
        ...(found.review.verdict.line.includes("; check finds 1 new error (unroutedPublication)")
            ? ["in the verdict"]
            : []),
        ...found.problems.map((each) => `${each.kind} ${each.text.split(";")[0] ?? ""}`),
    ];
}

describe("the errors of the check in a review", () => {
    it("are findings and part of the verdict if they are new, in the words of the check", () => {
        expect(problems(spot, unbound)).toEqual(["in the verdict", `finding ${text}`]);
    });

    it("are mentioned if they are fixed", () => {
        expect(problems(unbound, spot)).toEqual(["note 1 error of check is fixed (unroutedPublication)"]);
    });

    it("are not mentioned if they are old, accepted, or those of a broker", () => {
        expect(problems(unbound, { ...unbound, vhosts: [...unbound.vhosts, { name: "other" }] })).toEqual([]);
        expect(problems(spot, unbound, { isAccepted: () => true })).toEqual([]);
        expect(problems(spot, unbound, { isExported: true })).toEqual([]);
    });
});
