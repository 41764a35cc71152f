import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { accessPlan, plannedUser } from "../../../../tests/support/accessPlan.ts";
import { userAccesses } from "../../src/access/userAccess.ts";
import { topologyOf } from "../routing/topologies.ts";
import { simulatedQueues } from "./simulation.ts";

type Plan = Parameters<typeof simulatedQueues>[0];

function computedQueues(plan: Plan): readonly string[] {
    const access = userAccesses(topologyOf({ ...plan, users: [{ name: plannedUser, tags: [] }] }))(
        plannedUser,
    );
    return (access?.vhosts ?? []).flatMap(({ queues }) => queues.map(({ queue }) => queue));
}

/** Not proved here: what a broker does; see tests/broker/oracle.test.ts. */
describe("the queues that messages of a user can end in", () => {
    it("include every queue that a simulated message ends in", () => {
        let [reached, computed] = [0, 0];
        fc.assert(
            fc.property(accessPlan(true), (plan) => {
                const simulated = [...simulatedQueues(plan)];
                const queues = computedQueues(plan);
                reached += simulated.length;
                computed += queues.length;
                expect(simulated.filter((each) => !queues.includes(each))).toEqual([]);
            }),
            { numRuns: 150 },
        );
        expect(reached).toBeGreaterThan(150);
        // An upper bound, but a close one.
        expect(computed).toBeLessThan(reached * 1.1);
    });

    it("are exactly those of simulated messages if no exchange has an alternate exchange", () => {
        fc.assert(
            fc.property(accessPlan(false), (plan) => {
                expect(computedQueues(plan)).toEqual([...simulatedQueues(plan)].sort());
            }),
            { numRuns: 150 },
        );
    });
});
