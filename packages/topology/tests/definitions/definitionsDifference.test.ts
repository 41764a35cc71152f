import { expect, it } from "vitest";
import {
    differencesOf,
    type PortableDefinitions,
    portableDefinitions,
} from "../../src/definitions/definitionsDifference.ts";

const shop = {
    global_parameters: [
        { name: "internal_cluster_id", value: "rabbitmq-cluster-id-1" },
        { name: "cluster_name", value: "rabbit@a" },
        { name: "tier", value: 1 },
    ],
    users: [
        { name: "billing", password_hash: "h", hashing_algorithm: "a", tags: ["management"], limits: {} },
    ],
    vhosts: [{ name: "shop", metadata: { description: "", tags: [], default_queue_type: "quorum" } }],
    permissions: [{ user: "billing", vhost: "shop", configure: "", write: ".*", read: ".*" }],
    topic_permissions: [{ user: "billing", vhost: "shop", exchange: "events", write: "a", read: "b" }],
    parameters: [{ vhost: "shop", component: "shovel", name: "copy", value: { "src-uri": "amqp://" } }],
    policies: [
        {
            vhost: "shop",
            name: "p",
            pattern: "^o",
            "apply-to": "queues",
            priority: 1,
            definition: { a: 1, b: 2 },
        },
    ],
    queues: [
        { vhost: "shop", name: "orders", type: "quorum", durable: true, auto_delete: false, arguments: {} },
    ],
    exchanges: [
        { vhost: "shop", name: "events", type: "topic", durable: true, auto_delete: false, arguments: {} },
        { vhost: "shop", name: "amq.topic", type: "topic", durable: true, auto_delete: false, arguments: {} },
    ],
    bindings: [
        {
            ...{ vhost: "shop", source: "events", destination: "orders", destination_type: "queue" },
            ...{ routing_key: "order.#", arguments: {} },
        },
        {
            ...{ vhost: "shop", source: "", destination: "orders", destination_type: "queue" },
            ...{ routing_key: "orders", arguments: {} },
        },
        {
            ...{ vhost: "shop", source: "events", destination: "exclusive-1", destination_type: "queue" },
            ...{ routing_key: "#", arguments: {} },
        },
    ],
} as const;

function states(before: PortableDefinitions, after: PortableDefinitions): readonly string[] {
    return differencesOf(before, after).map(
        ({ object, state, fields }) => `${state}: ${object}${fields.map((each) => ` ${each}`).join("")}`,
    );
}

it("keeps what another broker can import, and nothing that belongs to one cluster or to every broker", () => {
    const kept = portableDefinitions(shop);
    expect(kept.global_parameters.map(({ name }) => name)).toEqual(["tier"]);
    expect(kept.exchanges.map(({ name }) => name)).toEqual(["events"]);
    expect(kept.bindings.map(({ routing_key: key }) => key)).toEqual(["order.#"]);
});

it("finds no difference between spellings of the same object", () => {
    const other = portableDefinitions({
        ...shop,
        users: [{ ...shop.users[0], tags: "management", limits: [] }],
        vhosts: [{ name: "shop", default_queue_type: "quorum", metadata: { default_queue_type: "quorum" } }],
        policies: [{ ...shop.policies[0], definition: { b: 2, a: 1 } }],
        queues: [{ ...shop.queues[0], arguments: { "x-queue-type": "quorum" }, type: undefined }],
        exchanges: [{ ...shop.exchanges[0], internal: false, arguments: [] }],
        bindings: [{ ...shop.bindings[0], arguments: [], properties_key: "order.%23" }],
    });
    expect(differencesOf(portableDefinitions(shop), other)).toEqual([]);
});

it.each([
    ["users", { password_hash: "other" }, 'different: user "billing" password_hash'],
    ["vhosts", { metadata: { default_queue_type: "classic" } }, 'different: virtual host "shop" metadata'],
    ["permissions", { read: "" }, 'different: vhost "shop": permissions of user "billing" read'],
    [
        "topic_permissions",
        { write: "" },
        'different: vhost "shop": topic permissions of user "billing" for exchange "events" write',
    ],
    ["parameters", { value: {} }, 'different: vhost "shop": parameter "copy" of shovel value'],
    ["policies", { priority: 2 }, 'different: vhost "shop": policy "p" priority'],
    ["queues", { type: "classic" }, 'different: vhost "shop": queue "orders" type'],
    ["exchanges", { type: "fanout" }, 'different: vhost "shop": exchange "events" type'],
] as const)("names the object and the field that differ in %s", (list, change, text) => {
    const before = portableDefinitions(shop);
    const [first = {}, ...rest] = before[list];
    const after = { ...before, [list]: [{ ...first, ...change }, ...rest] };
    expect(states(before, after)).toEqual([text]);
});

it("lists every object that one side lacks", () => {
    const none = portableDefinitions({});
    const all = portableDefinitions(shop);
    const objects = [
        'global parameter "tier"',
        'user "billing"',
        'virtual host "shop"',
        'vhost "shop": permissions of user "billing"',
        'vhost "shop": topic permissions of user "billing" for exchange "events"',
        'vhost "shop": parameter "copy" of shovel',
        'vhost "shop": policy "p"',
        'vhost "shop": queue "orders"',
        'vhost "shop": exchange "events"',
        'vhost "shop": binding of queue "orders" to exchange "events" with "order.#"',
    ];
    expect(states(all, none)).toEqual(objects.map((each) => `missing: ${each}`));
    expect(states(none, all)).toEqual(objects.map((each) => `stray: ${each}`));
});

it("replaces only what an import replaces", () => {
    const before = portableDefinitions(shop);
    const after = portableDefinitions({
        ...shop,
        users: [{ ...shop.users[0], tags: [] }],
        queues: [{ ...shop.queues[0], durable: false }],
    });
    expect(differencesOf(before, after).map(({ list, isReplaced }) => [list, isReplaced])).toEqual([
        ["users", true],
        ["queues", false],
    ]);
});
