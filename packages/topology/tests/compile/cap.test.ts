import { describe, expect, it } from "vitest";
import { sampleTopology } from "../../../../tests/support/sampleTopology.ts";
import { capsOf } from "../../src/compile/cap.ts";
import { brokerVersions, type Queue, queue, type Topology } from "../../src/model/index.ts";
import { effectiveSettings } from "../../src/settings/effective.ts";

/** The settings of a queue that another program declares in the virtual host. */
function besides(topology: Topology, type: Queue["type"]): unknown {
    const other = queue("spot", "other", type);
    return effectiveSettings({ ...topology, queues: [...topology.queues, other] })(other).definition;
}

describe("the caps of a declaration", () => {
    it.each(brokerVersions)("leave on %s every queue of ours as it is", (version) => {
        const topology = sampleTopology(version);
        const [capped, free] = [topology, { ...topology, operatorPolicies: [] }].map((each) => {
            const settingsOf = effectiveSettings(each);
            return topology.queues.map((object) => {
                const { definition, settings } = settingsOf(object);
                return [object.name, definition, [...settings].map(([key, { value }]) => [key, value])];
            });
        });
        expect(capped).toEqual(free);
    });

    it.each(["4.0", "4.3"] as const)("limit queues of other programs on %s, by type", (version) => {
        const topology = sampleTopology(version);
        expect(besides(topology, "classic")).toEqual({
            "max-length": 100_000,
            "max-length-bytes": 268_435_456,
            "message-ttl": 3_600_000,
        });
        expect(besides(topology, "quorum")).toEqual({
            "max-length": 500_000,
            "max-length-bytes": 8_589_934_592,
        });
        expect(besides(topology, "stream")).toEqual({ "max-length-bytes": 8_589_934_592 });
    });

    it("rise with the most generous of ours", () => {
        const policies = [20_000_000, 700_000].map((most, index) => ({
            vhost: "v",
            name: `queue.${index}`,
            pattern: `^${index}$`,
            applyTo: "quorum_queues" as const,
            precedence: 1,
            definition: { "max-length": most, ...(index === 0 && { "max-length-bytes": 5 }) },
        }));
        const queues = ["0", "1"].map((name) => queue("v", name, "quorum"));
        expect(capsOf("v", queues, policies).map(({ name, definition }) => [name, definition])).toEqual([
            ["cap.quorum", { "max-length": 20_000_000 }],
        ]);
    });

    it("leave out what a queue of ours leaves out, and rise with what its arguments ask for", () => {
        const free = queue("v", "free", "quorum");
        expect(capsOf("v", [free], [])).toEqual([]);
        const large = queue("v", "large", "classic", {
            arguments: {
                "x-max-length": 900_000,
                "x-max-length-bytes": 1,
                "x-message-ttl": 7_200_000,
            },
        });
        expect(capsOf("v", [large, free], []).map(({ name, definition }) => [name, definition])).toEqual([
            [
                "cap.classic",
                { "max-length": 900_000, "max-length-bytes": 268_435_456, "message-ttl": 7_200_000 },
            ],
        ]);
    });

    it("have a lower precedence than any operator policy, and never match one queue together", () => {
        const { operatorPolicies } = sampleTopology("4.3");
        expect(operatorPolicies.map(({ pattern, precedence }) => [pattern, precedence])).toEqual(
            operatorPolicies.map(() => [".*", 0]),
        );
        expect(new Set(operatorPolicies.map(({ applyTo }) => applyTo)).size).toBe(operatorPolicies.length);
    });
});
