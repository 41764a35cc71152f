import { describe, expect, it } from "vitest";
import { faultKinds } from "../../chaos/faults/fault.ts";
import { allFaults, schedule } from "../../chaos/faults/schedule.ts";
import { random } from "../../chaos/random.ts";

const parts = {
    services: { gateway: 2, "analyzer-orchestrator": 2, notifier: 2, "analyzer.links": 2 },
    nodes: 3,
    queues: ["analyzer-orchestrator", "analyzer.links"],
};

function titles(seed: number, isShort: boolean, count: number): readonly string[] {
    const found: string[] = [];
    for (const { title, holdMs } of schedule(parts, random(seed), faultKinds, isShort)) {
        found.push(`${title} ${holdMs}`);
        if (found.length === count) {
            break;
        }
    }
    return found;
}

describe("the schedule of faults", () => {
    it("is the same for the same seed, and another for another", () => {
        expect(titles(5, false, 80)).toEqual(titles(5, false, 80));
        expect(titles(5, false, 80)).not.toEqual(titles(6, false, 80));
    });

    it("has every fault before one comes again", () => {
        const all = allFaults(parts, random(1), false).map(({ title }) => title);
        const round = titles(3, false, all.length).map((each) => each.replace(/ \d+$/, ""));
        expect([...round].sort()).toEqual([...all].sort());
        expect(new Set(all).size).toBe(all.length);
    });

    it("has faults of every kind for every replica, node and store", () => {
        const faults = allFaults(parts, random(1), false);
        expect([...new Set(faults.map(({ kind }) => kind))].sort()).toEqual([...faultKinds].sort());
        for (const name of ["gateway-1", "analyzer.links-0", "rabbitmq-2", "database", "object store"]) {
            expect(faults.filter(({ title }) => title.includes(name)).map(({ kind }) => kind)).toEqual(
                expect.arrayContaining(["kill", "pause", "cut"]),
            );
        }
    });

    it("has one fault of each group in a short run", () => {
        const groups = new Set(allFaults(parts, random(1), true).map(({ group }) => group));
        expect(titles(4, true, 1_000)).toHaveLength(groups.size);
    });
});
