import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { sampleTopology } from "../../../../tests/support/sampleTopology.ts";
import { canonical, type Definitions, fromExport, toDefinitions } from "../../src/definitions/definitions.ts";
import { binding, brokerVersions, exchange, queue, type Topology } from "../../src/model/index.ts";
import { topologyOf } from "../routing/topologies.ts";

const small: Topology = topologyOf({
    vhosts: [{ name: "v", limits: { maxQueues: 20 }, protectedFromDeletion: true }],
    exchanges: [exchange("v", "e", "topic")],
    queues: [queue("v", "q", "quorum", { purpose: "work", retain: true, arguments: { "x-a": 1 } })],
    bindings: [
        binding("v", "e", "q", "k"),
        binding("v", "e", "f", "", { destinationType: "exchange", arguments: { b: 2, a: 1 } }),
    ],
    policies: [
        {
            vhost: "v",
            name: "p",
            pattern: "^q$",
            applyTo: "quorum_queues",
            precedence: 5,
            definition: { "message-ttl": 9 },
        },
    ],
    operatorPolicies: [
        {
            vhost: "v",
            name: "o",
            pattern: ".*",
            applyTo: "queues",
            precedence: 1,
            definition: { "max-length-bytes": 5 },
        },
    ],
    users: [{ name: "u", tags: ["monitoring", "management"], limits: { maxChannels: 9, maxConnections: 3 } }],
    permissions: [{ user: "u", vhost: "v", configure: "^$", write: "^e$", read: "^q$" }],
    topicPermissions: [{ user: "u", vhost: "v", exchange: "e", write: "^k$", read: "^$" }],
});

const smallDefinitions: Definitions = {
    vhosts: [{ name: "v", metadata: { protected_from_deletion: true } }],
    users: [
        {
            name: "u",
            tags: ["management", "monitoring"],
            limits: { "max-channels": 9, "max-connections": 3 },
        },
    ],
    parameters: [
        {
            vhost: "v",
            component: "operator_policy",
            name: "o",
            value: {
                pattern: ".*",
                "apply-to": "queues",
                priority: 1,
                definition: { "max-length-bytes": 5 },
            },
        },
        { vhost: "v", component: "vhost-limits", name: "limits", value: { "max-queues": 20 } },
    ],
    permissions: [{ user: "u", vhost: "v", configure: "^$", write: "^e$", read: "^q$" }],
    topic_permissions: [{ user: "u", vhost: "v", exchange: "e", write: "^k$", read: "^$" }],
    exchanges: [
        {
            vhost: "v",
            name: "e",
            type: "topic",
            durable: true,
            auto_delete: false,
            internal: false,
            arguments: {},
        },
    ],
    queues: [
        {
            vhost: "v",
            name: "q",
            type: "quorum",
            durable: true,
            auto_delete: false,
            arguments: { "x-a": 1, "x-queue-type": "quorum" },
        },
    ],
    bindings: [
        {
            vhost: "v",
            source: "e",
            destination: "f",
            destination_type: "exchange",
            routing_key: "",
            arguments: { a: 1, b: 2 },
        },
        {
            vhost: "v",
            source: "e",
            destination: "q",
            destination_type: "queue",
            routing_key: "k",
            arguments: {},
        },
    ],
    policies: [
        {
            vhost: "v",
            name: "p",
            pattern: "^q$",
            "apply-to": "quorum_queues",
            priority: 5,
            definition: { "message-ttl": 9 },
        },
    ],
};

/** What a broker adds to the same definitions: its own marks, other virtual hosts, other users; a queue's type as an argument only. */
function asExported(definitions: Definitions): Record<string, unknown> {
    const other = { vhost: "/", name: "other", arguments: {}, durable: true, auto_delete: false };
    const dropType = (each: Definitions["queues"][number]): object =>
        Object.fromEntries(Object.entries(each).filter(([key]) => key !== "type"));
    return {
        rabbit_version: "4.3.6",
        rabbitmq_version: "4.3.6",
        product_name: "RabbitMQ",
        vhosts: [
            { name: "/", metadata: { tags: [] } },
            ...definitions.vhosts.map((each) => ({
                ...each,
                description: "",
                limits: {},
                metadata: { tags: [], ...each.metadata },
            })),
        ],
        users: [
            ...definitions.users.map((each) => ({ ...each, password_hash: "x", hashing_algorithm: "y" })),
            { name: "spot-admin", tags: ["administrator"], password_hash: "x", limits: {} },
        ],
        permissions: [
            { user: "spot-admin", vhost: "spot", configure: ".*", write: ".*", read: ".*" },
            ...definitions.permissions,
        ],
        topic_permissions: definitions.topic_permissions,
        parameters: [
            ...definitions.parameters,
            { vhost: "spot", component: "shovel", name: "s", value: {} },
            { vhost: "/", component: "vhost-limits", name: "limits", value: {} },
        ],
        global_parameters: [{ name: "internal_cluster_id", value: "rabbitmq-cluster-id-1" }],
        exchanges: [...definitions.exchanges, { ...other, type: "topic", internal: false }],
        queues: [...definitions.queues.map(dropType), other],
        bindings: [
            ...definitions.bindings,
            { ...other, source: "other", destination: "other", destination_type: "queue" },
        ],
        policies: [
            ...definitions.policies,
            { vhost: "/", name: "ha", pattern: "", "apply-to": "all", priority: 0, definition: {} },
        ],
    };
}

/** The same value with every list and every object's keys in another order, the same for the same seed. */
function shuffled(value: unknown, seed: number): unknown {
    let state = seed;
    const random = (): number => {
        state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
        return state;
    };
    const reorder = <T>(items: readonly T[]): T[] =>
        items
            .map((item) => ({ item, at: random() }))
            .sort((a, b) => a.at - b.at)
            .map(({ item }) => item);
    const walk = (each: unknown): unknown => {
        if (Array.isArray(each)) {
            return reorder(each.map(walk));
        }
        return typeof each === "object" && each !== null
            ? Object.fromEntries(reorder(Object.entries(each)).map(([key, inner]) => [key, walk(inner)]))
            : each;
    };
    return walk(value);
}

describe("toDefinitions", () => {
    it("writes every field as the broker spells it, without the model's own ones", () => {
        expect(toDefinitions(small)).toEqual(smallDefinitions);
    });

    it.each(brokerVersions)("neither loses nor invents an object of the dev stack on %s", (version) => {
        const topology = sampleTopology(version);
        const definitions = toDefinitions(topology);
        const counts = [
            [definitions.vhosts, topology.vhosts],
            [definitions.users, topology.users],
            [definitions.permissions, topology.permissions],
            [definitions.topic_permissions, topology.topicPermissions],
            [definitions.exchanges, topology.exchanges],
            [definitions.queues, topology.queues],
            [definitions.bindings, topology.bindings],
            [definitions.policies, topology.policies],
        ].map(([written, declared]) => [written?.length, declared?.length]);
        expect(counts.map(([written]) => written)).toEqual(counts.map(([, declared]) => declared));
    });
});

// A real broker's export is compared in the live tests; this export is made here, from what brokers were seen to add.
describe("fromExport", () => {
    it.each(brokerVersions)("reads back from an export what the dev stack declares on %s", (version) => {
        const definitions = toDefinitions(sampleTopology(version));
        const text = JSON.stringify(asExported(definitions));
        const exported = JSON.parse(text) as Record<string, unknown>; // JSON of an object
        expect(fromExport(exported, "spot", ["spot-admin"])).toEqual(definitions);
        expect(fromExport(exported, "spot").users).toHaveLength(definitions.users.length + 1);
    });

    it("reads the same from an export in any order", () => {
        const definitions = toDefinitions(sampleTopology("4.0"));
        fc.assert(
            fc.property(fc.nat(), (seed) => {
                const exported = shuffled(asExported(definitions), seed) as Record<string, unknown>; // shuffling keeps the shape
                expect(JSON.stringify(fromExport(exported, "spot", ["spot-admin"]))).toBe(
                    JSON.stringify(definitions),
                );
            }),
            { numRuns: 10 },
        );
    });

    it.each([
        [{ "x-queue-type": "stream" }, undefined, "stream"],
        [{}, undefined, "classic"],
        [{}, "quorum", "quorum"],
    ])("takes the type of a queue with arguments %j and field %j as %s", (args, type, expected) => {
        const exported = { queues: [{ vhost: "v", name: "q", arguments: args, ...(type && { type }) }] };
        expect(fromExport(exported, "v").queues.map((each) => each.type)).toEqual([expected]);
    });

    it("takes missing and unreadable lists as empty", () => {
        const empty = {
            vhosts: [],
            users: [],
            permissions: [],
            topic_permissions: [],
            exchanges: [],
            queues: [],
            bindings: [],
            policies: [],
            parameters: [],
        };
        expect(fromExport({}, "v")).toEqual(empty);
        expect(fromExport({ queues: "none", users: [null, 3], policies: {} }, "v")).toEqual(empty);
    });
});

describe("canonical", () => {
    it("sorts lists by content and objects by key, at every depth", () => {
        expect(JSON.stringify(canonical({ b: [{ d: 1, c: [3, 1, 2] }, "a"], a: null }))).toBe(
            '{"a":null,"b":["a",{"c":[1,2,3],"d":1}]}',
        );
    });

    it("gives equal text for any order of lists and keys", () => {
        fc.assert(
            fc.property(fc.jsonValue(), fc.nat(), (value, seed) => {
                expect(JSON.stringify(canonical(shuffled(value, seed)))).toBe(
                    JSON.stringify(canonical<unknown>(value)),
                );
            }),
        );
    });

    it("changes nothing that is canonical already", () => {
        fc.assert(
            fc.property(fc.jsonValue(), (value) => {
                const once = canonical<unknown>(value);
                expect(JSON.stringify(canonical(once))).toBe(JSON.stringify(once));
            }),
        );
    });

    it("leaves its input as it was", () => {
        const input = { b: [2, 1], a: 0 };
        canonical(input);
        expect(JSON.stringify(input)).toBe('{"b":[2,1],"a":0}');
    });
});
