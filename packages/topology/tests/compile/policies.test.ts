import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type AppliesTo, bindingKey, type Policy, type QueueType } from "../../src/model/index.ts";
import { someSpot } from "./spot.ts";

/** Not the matcher of src/broker/effective.ts, so that one mistake does not hide the other. */
function policiesFor(
    policies: readonly Policy[],
    kinds: readonly AppliesTo[],
    each: { readonly vhost: string; readonly name: string },
): readonly string[] {
    return policies
        .filter(({ vhost, applyTo }) => vhost === each.vhost && kinds.includes(applyTo))
        .filter(({ pattern }) => each.name.search(pattern) >= 0)
        .map(({ name }) => name);
}

const kindsOf: Readonly<Record<QueueType, readonly AppliesTo[]>> = {
    classic: ["all", "queues", "classic_queues"],
    quorum: ["all", "queues", "quorum_queues"],
    stream: ["all", "queues", "streams"],
};

const bounded = ["message-ttl", "max-length", "max-length-bytes", "overflow"];
const quorumOnly = [
    "dead-letter-exchange",
    "dead-letter-routing-key",
    "dead-letter-strategy",
    "delivery-limit",
    "queue-leader-locator",
];
const newQuorumOnly = ["delayed-retry-type", "delayed-retry-min", "delayed-retry-max", "consumer-timeout"];

/** Which of the keys that spot uses a queue type knows, by the broker's documentation. */
const keysOf: Readonly<Record<QueueType, readonly string[]>> = {
    classic: bounded,
    quorum: [...bounded, ...quorumOnly],
    stream: ["max-age", "max-length-bytes", "queue-leader-locator", "stream-max-segment-size-bytes"],
};

describe("the policies of any spot topology", () => {
    it("match each queue exactly once", () => {
        fc.assert(
            fc.property(someSpot, ({ topology }) => {
                for (const each of topology.queues) {
                    expect(policiesFor(topology.policies, kindsOf[each.type], each)).toEqual([
                        `queue.${each.name}`,
                    ]);
                }
            }),
            { numRuns: 40 },
        );
    });

    it("match each exchange exactly once, but rpc, replies and unrouted never", () => {
        fc.assert(
            fc.property(someSpot, ({ topology }) => {
                for (const each of topology.exchanges) {
                    const bare = ["spot.rpc", "spot.replies", "spot.unrouted"].includes(each.name);
                    expect(policiesFor(topology.policies, ["all", "exchanges"], each)).toEqual(
                        bare ? [] : [`exchange.${each.name}`],
                    );
                }
            }),
            { numRuns: 40 },
        );
    });

    it("each match one object, and no two do the same", () => {
        fc.assert(
            fc.property(someSpot, ({ topology }) => {
                expect(topology.policies).toHaveLength(
                    topology.queues.length + topology.exchanges.length - 3,
                );
            }),
            { numRuns: 40 },
        );
    });

    it("set nothing that the type of the queue or the version lacks", () => {
        fc.assert(
            fc.property(someSpot, ({ topology, version }) => {
                for (const { name, type } of topology.queues) {
                    const definition = topology.policies.find(
                        (each) => each.name === `queue.${name}`,
                    )?.definition;
                    const known = [
                        ...keysOf[type],
                        ...(type === "quorum" && version === "4.3" ? newQuorumOnly : []),
                    ];
                    expect(Object.keys(definition ?? {}).filter((key) => !known.includes(key))).toEqual([]);
                }
            }),
            { numRuns: 40 },
        );
    });

    it("give at-least-once dead-lettering only together with reject-publish", () => {
        fc.assert(
            fc.property(someSpot, ({ topology }) => {
                const careful = topology.policies.filter(
                    ({ definition }) => definition["dead-letter-strategy"] === "at-least-once",
                );
                expect(careful.length).toBeGreaterThan(0);
                expect(new Set(careful.map(({ definition }) => definition["overflow"]))).toEqual(
                    new Set(["reject-publish"]),
                );
            }),
            { numRuns: 40 },
        );
    });
});

describe("the names of any spot topology", () => {
    it("are unique and sorted, kind by kind", () => {
        fc.assert(
            fc.property(someSpot, ({ topology }) => {
                const byKind = [
                    topology.exchanges,
                    topology.queues,
                    topology.policies,
                    topology.users,
                    topology.services,
                ].map((items) => items.map(({ name }) => name));
                const bindings = topology.bindings.map(bindingKey);
                const permissions = topology.permissions.map(({ user }) => user);
                const topics = topology.topicPermissions.map(({ user, exchange }) => `${user} ${exchange}`);
                for (const names of [...byKind, bindings, permissions, topics]) {
                    expect(names).toEqual([...new Set(names)].sort());
                }
            }),
            { numRuns: 40 },
        );
    });
});
