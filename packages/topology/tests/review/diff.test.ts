import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Topology } from "../../src/model/index.ts";
import { canonicalTopology } from "../../src/review/compare/canonical.ts";
import { compareChanges, objectId } from "../../src/review/compare/change.ts";
import { comparedObjects, fieldPath } from "../../src/review/compare/comparedObject.ts";
import { diff } from "../../src/review/compare/diff.ts";
import { review } from "../../src/review/report/review.ts";
import { anyTopology } from "./anyTopology.ts";
import { applyDiff } from "./applyDiff.ts";
import { destructiveEdits } from "./destructiveEdits.ts";
import { harmlessEdits } from "./harmlessEdits.ts";

/** Topologies in which no service has two messages of one name: only their order distinguishes those. */
const topologies = anyTopology.map((topology) => {
    const distinct = <T extends { readonly message: string }>(items: readonly T[]): readonly T[] => [
        ...new Map(items.map((each) => [each.message, each])).values(),
    ];
    const services = topology.services.map((each) => ({
        ...each,
        publishes: distinct(each.publishes),
        consumes: distinct(each.consumes),
        calls: distinct(each.calls),
    }));
    return { ...topology, services };
});

/** A comparison of two such topologies costs milliseconds. */
const some = { numRuns: 40 } as const;

/** The same topology with every list in some other order. */
function shuffled(topology: Topology): fc.Arbitrary<Topology> {
    const order = <T>(items: readonly T[]): fc.Arbitrary<T[]> =>
        fc.shuffledSubarray([...items], { minLength: items.length, maxLength: items.length });
    return fc.record({
        brokerVersion: fc.constant(topology.brokerVersion),
        vhosts: order(topology.vhosts),
        exchanges: order(topology.exchanges),
        queues: order(topology.queues),
        bindings: order(topology.bindings),
        policies: order(topology.policies),
        operatorPolicies: order(topology.operatorPolicies),
        users: order(topology.users),
        permissions: order(topology.permissions),
        topicPermissions: order(topology.topicPermissions),
        services: order(topology.services),
        retries: order(topology.retries),
    });
}

describe("the difference of two topologies", { timeout: 30_000 }, () => {
    it("is empty for a topology and itself", () => {
        fc.assert(
            fc.property(topologies, (topology) => {
                expect(diff(topology, topology)).toEqual([]);
                expect(review("x", topology, structuredClone(topology)).verdict.line).toBe("x: no changes");
            }),
            some,
        );
    });

    it("does not depend on the order of lists", () => {
        const pairs = fc
            .tuple(topologies, topologies)
            .chain(([a, b]) => fc.tuple(fc.constant([a, b] as const), shuffled(a), shuffled(b)));
        fc.assert(
            fc.property(pairs, ([[a, b], otherA, otherB]) => {
                expect(review("x", otherA, otherB)).toEqual(review("x", a, b));
            }),
            some,
        );
    });

    it("leads from the one to the other", () => {
        fc.assert(
            fc.property(topologies, topologies, (a, b) => {
                expect(applyDiff(a, diff(a, b))).toEqual(canonicalTopology(b));
            }),
            some,
        );
    });

    it.each([...destructiveEdits, ...harmlessEdits])(
        "leads from before to after: $name",
        ({ before, after }) => {
            expect(applyDiff(before, diff(before, after))).toEqual(canonicalTopology(after));
        },
    );

    it("creates, the other way round, what it deletes", () => {
        fc.assert(
            fc.property(topologies, topologies, (a, b) => {
                const ids = (changes: ReturnType<typeof diff>, action: string): readonly string[] =>
                    changes
                        .filter((each) => each.action === action)
                        .map(({ object }) => objectId(object))
                        .sort();
                expect(ids(diff(a, b), "create")).toEqual(ids(diff(b, a), "delete"));
            }),
            some,
        );
    });

    it("comes in total order, each change once and each worst reason first", () => {
        fc.assert(
            fc.property(topologies, topologies, (a, b) => {
                const changes = diff(a, b);
                expect([...changes].reverse().sort(compareChanges)).toEqual(changes);
                expect(new Set(changes.map(({ id }) => id)).size).toBe(changes.length);
                for (const { consequence, effects, reason } of changes) {
                    expect(effects[0]?.consequence ?? "none").toBe(consequence);
                    expect(effects[0]?.reason ?? reason).toEqual(reason);
                }
            }),
            some,
        );
    });
});

describe("the objects of a topology", () => {
    it("have an identity each, however they are named", () => {
        fc.assert(
            fc.property(topologies, (each) => {
                const count = Object.values(each)
                    .map((list) => (Array.isArray(list) ? list.length : 0))
                    .reduce((sum, length) => sum + length, 1);
                expect(comparedObjects(each).size).toBe(count);
            }),
            some,
        );
    });

    it.each([
        ["type", ["type"]],
        ["arguments.x-max-priority", ["arguments", "x-max-priority"]],
        ['publishes."job.headers".routingKey', ["publishes", "job.headers", "routingKey"]],
        ['arguments."say \\"hi\\""', ["arguments", 'say "hi"']],
        ['arguments.""', ["arguments", ""]],
    ])("have fields whose names can be taken apart: %s", (field, path) => {
        expect(fieldPath(field)).toEqual(path);
    });
});
