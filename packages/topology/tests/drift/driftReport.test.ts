import { describe, expect, it } from "vitest";
import { driftIds } from "../../src/drift/drift.ts";
import type { DriftInput } from "../../src/drift/driftReport.ts";
import { binding, exchange, queue, type Topology } from "../../src/model/index.ts";
import type { BrokerReading, QueueReading } from "../../src/readings/brokerReading.ts";
import { driftOf, live, queueState, reading, shop } from "./readings.ts";

it("finds nothing on an untouched broker: neither its first virtual host, nor the user who reads it, nor default values", () => {
    const report = driftOf();
    expect({ ids: driftIds(report), unseen: report.unseen, notes: report.notes }).toEqual({
        ids: [],
        unseen: [],
        notes: ['user "root" is not declared; it is the user that reads the broker'],
    });
});

const extra: Topology = {
    ...live,
    queues: [...live.queues, queue("shop", "bills", "quorum"), queue("shop", "mails", "quorum")],
};
const declaredExtra: Topology = { ...shop, queues: extra.queues };

function withQueues(...queues: readonly QueueReading[]): Partial<DriftInput> {
    return { reading: { ...reading, queues } };
}

function withReading(change: Partial<BrokerReading>): Partial<DriftInput> {
    return { reading: { ...reading, ...change } };
}

const log = queueState("log", "stream", { leader: "b" });

describe("the state of queues", () => {
    it.each<readonly [string, Partial<DriftInput>, readonly string[]]>([
        [
            "a quorum queue with fewer replicas than nodes",
            withQueues(queueState("orders", "quorum", { members: ["a", "b"], online: ["a", "b"] }), log),
            ["members of queue shop/orders"],
        ],
        [
            "a stream with fewer replicas than nodes",
            withQueues(
                queueState("orders", "quorum"),
                queueState("log", "stream", { members: ["b"], online: ["b"], leader: "b" }),
            ),
            ["members of queue shop/log"],
        ],
        [
            "a replica on a node that is down",
            withQueues(queueState("orders", "quorum", { online: ["a", "b"] }), log),
            ["offline members of queue shop/orders"],
        ],
        [
            "a queue without a leader",
            withQueues(queueState("orders", "quorum", { leader: "", online: ["a"] }), log),
            ["leader of queue shop/orders"],
        ],
        [
            "a queue in minority",
            withQueues(queueState("orders", "quorum", { state: "minority", online: ["a"] }), log),
            ["leader of queue shop/orders"],
        ],
        [
            "another policy than the broker's own policies give",
            withQueues(queueState("orders", "quorum", { policy: "old" }), log),
            ["policy of queue shop/orders"],
        ],
        [
            "an operator policy that does not exist",
            withQueues(queueState("orders", "quorum", { operatorPolicy: "old" }), log),
            ["operator policy of queue shop/orders"],
        ],
        [
            "all leaders of balanced queues on one node",
            {
                declared: declaredExtra,
                live: extra,
                ...withQueues(
                    ...["orders", "bills", "mails"].map((name) => queueState(name, "quorum")),
                    queueState("log", "stream"),
                ),
            },
            ["leaders on node a"],
        ],
    ])("is a difference: %s", (_, input, ids) => {
        const { findings, review } = driftOf(input);
        expect({ changes: review.changes, findings: findings.map(({ id }) => id) }).toEqual({
            changes: [],
            findings: ids,
        });
        expect(findings.every(({ maxAge, repair }) => maxAge > 0 && repair.by === "hand")).toBe(true);
    });

    it.each<readonly [string, Partial<DriftInput>]>([
        [
            "a queue that is declared with fewer replicas",
            {
                declared: { ...shop, queues: shop.queues.map(withOneReplica) },
                live: { ...live, queues: live.queues.map(withOneReplica) },
                ...withQueues(
                    queueState("orders", "quorum", { members: ["a"], online: ["a"] }),
                    queueState("log", "stream", { members: ["b"], online: ["b"], leader: "b" }),
                ),
            },
        ],
        [
            "queues whose statistics are not collected yet",
            withQueues(
                {
                    vhost: "shop",
                    name: "orders",
                    type: "quorum",
                    exclusive: false,
                    members: [],
                    online: [],
                },
                log,
            ),
        ],
        ["a policy that is tied with the applied one", tied()],
        [
            "leaders that are spread",
            { declared: declaredExtra, live: extra, ...withQueues(queueState("orders", "quorum"), log) },
        ],
    ])("does not count as a difference: %s", (_, input) => {
        expect(driftIds(driftOf(input))).toEqual([]);
    });
});

function withOneReplica(each: Topology["queues"][number]): Topology["queues"][number] {
    const key = each.type === "quorum" ? "x-quorum-initial-group-size" : "x-initial-cluster-size";
    return { ...each, arguments: { [key]: 1 } };
}

/** Two policies with the same precedence: the broker applies one of them. */
function tied(): Partial<DriftInput> {
    const policies = [...shop.policies, ...shop.policies.map((each) => ({ ...each, name: "twin" }))];
    return {
        declared: { ...shop, policies },
        live: { ...live, policies },
        ...withQueues(queueState("orders", "quorum", { policy: "twin" }), log),
    };
}

describe("the state of the broker", () => {
    it.each<readonly [string, Partial<DriftInput>, readonly string[]]>([
        [
            "a node that is down",
            withReading({
                nodes: reading.nodes?.map((each) => ({ ...each, running: each.name !== "c" })) ?? [],
            }),
            ["node c"],
        ],
        [
            "a plugin that not every node has",
            withReading({
                nodes:
                    reading.nodes?.map((each) =>
                        each.name === "a" ? { ...each, plugins: [...each.plugins, "rabbitmq_mqtt"] } : each,
                    ) ?? [],
            }),
            ["plugin rabbitmq_mqtt"],
        ],
        [
            "a plugin that a declared exchange needs",
            {
                declared: withExchange(shop, "x-consistent-hash"),
                live: withExchange(live, "x-consistent-hash"),
            },
            ["plugin rabbitmq_consistent_hash_exchange"],
        ],
        [
            "a deprecated feature that a client uses",
            withReading({ deprecatedFeatures: ["global_qos"] }),
            ["deprecated feature global_qos"],
        ],
        [
            "tracing",
            withReading({
                vhosts: reading.vhosts.map((each) => ({ ...each, tracing: each.name === "shop" })),
            }),
            ["tracing vhost shop"],
        ],
    ])("is a difference: %s", (_, input, ids) => {
        expect(driftIds(driftOf(input))).toEqual(ids);
    });

    it.each<readonly [string, Partial<DriftInput>, string]>([
        [
            "a deprecated feature that a declared queue uses",
            {
                declared: {
                    ...shop,
                    queues: [...shop.queues, queue("shop", "t", "classic", { durable: false })],
                },
                live: {
                    ...live,
                    queues: [...live.queues, queue("shop", "t", "classic", { durable: false })],
                },
                ...withReading({ deprecatedFeatures: ["transient_nonexcl_queues"] }),
            },
            'deprecated feature "transient_nonexcl_queues" is in use: queue "t"',
        ],
        [
            "a stable feature flag that is disabled",
            withReading({ disabledFlags: ["khepri_db"] }),
            'stable feature flags are disabled: "khepri_db"; enable them before the next upgrade: rabbitmqctl enable_feature_flag all',
        ],
        [
            "the user of every new broker",
            { live: { ...live, users: [...live.users, { name: "guest", tags: ["administrator"] }] } },
            'user "guest" exists, as on every new broker; delete it if it is not used: rabbitmqctl delete_user guest',
        ],
    ])("is a note: %s", (_, input, note) => {
        const report = driftOf(input);
        expect(driftIds(report)).toEqual([]);
        expect(report.notes).toContain(note);
    });
});

function withExchange(topology: Topology, type: `x-${string}`): Topology {
    return { ...topology, exchanges: [...topology.exchanges, exchange("shop", "hash", type)] };
}

describe("what the broker declares itself", () => {
    const parameters = [
        { vhost: "shop", component: "federation-upstream", name: "hq", value: { uri: "amqp://hq" } },
        { vhost: "shop", component: "shovel", name: "copies", value: { "src-uri": "amqp://" } },
    ];
    const own: Topology = {
        ...live,
        parameters,
        exchanges: [
            ...live.exchanges,
            exchange("shop", "federation: events -> hq B", "x-federation-upstream", { internal: true }),
        ],
        queues: [...live.queues, queue("shop", "federation: events -> hq", "classic")],
        bindings: [
            ...live.bindings,
            binding("shop", "federation: events -> hq B", "federation: events -> hq", ""),
            binding("shop", "events", "amq.gen-shovel", "#"),
        ],
        exclusiveQueues: [{ vhost: "shop", name: "amq.gen-shovel" }],
    };
    const nodes =
        reading.nodes?.map((each) => ({
            ...each,
            plugins: [...each.plugins, "rabbitmq_federation", "rabbitmq_shovel"],
        })) ?? [];

    it("for declared links does not count as a difference", () => {
        const report = driftOf({
            declared: { ...shop, parameters },
            live: own,
            reading: { ...reading, nodes },
        });
        expect(driftIds(report)).toEqual([]);
    });
});

describe("with --vhost", () => {
    const elsewhere: Topology = {
        ...live,
        vhosts: [...live.vhosts, { name: "other" }],
        queues: [...live.queues, queue("other", "orders", "classic")],
        users: [...live.users, { name: "guestbook", tags: [] }],
        permissions: [
            ...live.permissions,
            { user: "guestbook", vhost: "other", configure: ".*", write: ".*", read: ".*" },
        ],
        globalParameters: [{ name: "stray", value: 1 }],
    };
    const open = {
        ...reading,
        vhosts: [
            ...reading.vhosts,
            { name: "other", tracing: true, protectedFromDeletion: false, defaultQueueType: "classic" },
        ],
    };

    it("compares only that virtual host and the users that may use it", () => {
        expect(driftIds(driftOf({ live: elsewhere, reading: open, vhost: "shop" }))).toEqual([]);
    });

    it("and without it the whole broker", () => {
        expect(
            driftOf({ live: elsewhere, reading: open })
                .review.changes.map(({ id }) => id)
                .sort(),
        ).toEqual([
            "create global parameter stray",
            "create permission other/guestbook",
            "create queue other/orders",
            "create user guestbook",
            "create vhost other",
        ]);
    });
});

describe("a repair", () => {
    it.each<readonly [string, (live: Topology) => Topology, "up" | "hand", string]>([
        [
            "of a deleted queue says that its messages are lost",
            (each) => ({ ...each, queues: each.queues.filter(({ name }) => name !== "log") }),
            "up",
            "`pulumi up --refresh` creates it again; its messages are lost",
        ],
        [
            "of a limit names the command, because the provider does not read it",
            (each) => ({
                ...each,
                vhosts: each.vhosts.map((one) => ({ ...one, limits: { maxQueues: 5 } })).slice(0, 1),
            }),
            "hand",
            `the provider does not read "limits.maxQueues". Set the declared limit; none is: rabbitmqctl set_vhost_limits --vhost shop '{"max-queues":-1}'`,
        ],
        [
            "of a shovel that is not declared deletes its parameter",
            (each) => ({
                ...each,
                parameters: [{ vhost: "shop", component: "shovel", name: "a/b", value: {} }],
            }),
            "hand",
            "`pulumi up` does not see it. Declare it, or delete it: DELETE /api/parameters/shovel/shop/a%2Fb",
        ],
        [
            "of another parameter that is not declared names its component",
            (each) => ({
                ...each,
                parameters: [{ vhost: "shop", component: "acme", name: "b", value: 1 }],
            }),
            "hand",
            "`pulumi up` does not see it. Declare it, or delete it: DELETE /api/parameters/acme/shop/b",
        ],
        [
            "of a topic permission names its user",
            (each) => ({
                ...each,
                topicPermissions: [{ vhost: "shop", user: "till", exchange: "events", write: "", read: "" }],
            }),
            "hand",
            "`pulumi up` does not see it. If the user has another declared one, `pulumi up --refresh` removes it; else delete it: rabbitmqctl clear_topic_permissions --vhost shop till",
        ],
    ])("%s", (_, change, by, text) => {
        const { repairs } = driftOf({ live: change(live) });
        expect([...repairs.values()]).toContainEqual({ by, text });
    });
});
