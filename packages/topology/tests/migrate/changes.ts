import {
    type Binding,
    binding,
    type Exchange,
    exactPattern,
    exchange,
    type Policy,
    type Queue,
    type QueueType,
    queue,
    queueTypes,
    type Topology,
} from "../../src/model/index.ts";
import { topologyOf } from "../routing/topologies.ts";

const vhost = "shop";

/** A change of a topology, by name. */
export interface NamedChange {
    readonly name: string;
    readonly before: Topology;
    readonly after: Topology;
}

function policy(name: string, applyTo: Policy["applyTo"], definition: Policy["definition"]): Policy {
    return { vhost, name, pattern: exactPattern(name), applyTo, precedence: 1, definition };
}

interface Parts {
    readonly queue: Queue;
    readonly exchange?: Exchange;
    readonly bindings?: readonly Binding[];
    readonly policies?: readonly Policy[];
}

const events = exchange(vhost, "events", "topic");

/** A shop: `events` routes to the queue that changes and to another one, dead letters go through `dead`, `inbox` forwards to `events`. */
export function shop({ queue: changed, exchange: source = events, bindings, policies }: Parts): Topology {
    const from = source.name;
    return topologyOf({
        vhosts: [{ name: vhost }],
        exchanges: [
            source,
            exchange(vhost, "inbox", "topic"),
            exchange(vhost, "dead", "fanout"),
            exchange(vhost, "rest", "fanout"),
        ],
        queues: [
            changed,
            queue(vhost, "audit", "quorum"),
            queue(vhost, "dead", "quorum"),
            queue(vhost, "rest", "quorum"),
        ],
        bindings: bindings ?? [
            binding(vhost, from, changed.name, "order.placed"),
            binding(vhost, from, changed.name, "order.paid"),
            binding(vhost, from, "audit", "order.placed"),
            binding(vhost, from, "audit", "refund"),
            binding(vhost, "inbox", from, "order.placed", { destinationType: "exchange" }),
            binding(vhost, "inbox", from, "refund", { destinationType: "exchange" }),
            binding(vhost, "dead", "dead", ""),
            binding(vhost, "rest", "rest", ""),
        ],
        policies: policies ?? [
            policy("events", "exchanges", { "alternate-exchange": "rest" }),
            policy(changed.name, "queues", { "dead-letter-exchange": "dead" }),
            policy("audit", "queues", { "dead-letter-exchange": from, "dead-letter-routing-key": "refund" }),
        ],
    });
}

const orders = (type: QueueType, settings: Parameters<typeof queue>[3] = {}): Queue =>
    queue(vhost, "orders", type, settings);

function change(name: string, before: Topology, after: Topology): NamedChange {
    return { name, before, after };
}

/** Every field of a queue that the review knows as a replacement, with each pair of its values. */
export const queueReplacements: readonly NamedChange[] = [
    ...queueTypes.flatMap((from) =>
        queueTypes
            .filter((to) => to !== from)
            .map((to) =>
                change(
                    `queue.type ${from} -> ${to}`,
                    shop({ queue: orders(from) }),
                    shop({ queue: orders(to) }),
                ),
            ),
    ),
    ...[true, false].map((durable) =>
        change(
            `queue.durable ${String(durable)} -> ${String(!durable)}`,
            shop({ queue: orders("classic", { durable }) }),
            shop({ queue: orders("classic", { durable: !durable }) }),
        ),
    ),
    ...[true, false].map((autoDelete) =>
        change(
            `queue.autoDelete ${String(autoDelete)} -> ${String(!autoDelete)}`,
            shop({ queue: orders("classic", { autoDelete }) }),
            shop({ queue: orders("classic", { autoDelete: !autoDelete }) }),
        ),
    ),
    ...(
        [
            ["classic", { "x-max-priority": 5 }],
            ["classic", { "x-message-ttl": 60_000 }],
            ["classic", { "x-queue-mode": "lazy" }],
            ["classic", { "x-max-length": 1_000, "x-overflow": "reject-publish" }],
            ["quorum", { "x-single-active-consumer": true }],
            ["quorum", { "x-delivery-limit": 5 }],
            ["quorum", { "x-dead-letter-exchange": "dead", "x-dead-letter-strategy": "at-least-once" }],
            ["quorum", { "x-quorum-initial-group-size": 3 }],
            ["stream", { "x-max-age": "7D" }],
            ["stream", { "x-stream-max-segment-size-bytes": 1_000_000 }],
        ] as const
    ).flatMap(([type, args]) => {
        const [bare, full] = [
            shop({ queue: orders(type) }),
            shop({ queue: orders(type, { arguments: args }) }),
        ];
        const key = Object.keys(args).join(", ");
        return [
            change(`queue.arguments ${type} + ${key}`, bare, full),
            change(`queue.arguments ${type} - ${key}`, full, bare),
        ];
    }),
];

const exchangeTypes = ["direct", "topic", "fanout", "headers"] as const;

/** Every field of an exchange that the review knows as a replacement. */
export const exchangeReplacements: readonly NamedChange[] = [
    ...exchangeTypes.flatMap((from) =>
        exchangeTypes
            .filter((to) => to !== from)
            .map((to) => exchangeChange("type", { type: from }, { type: to })),
    ),
    ...(["durable", "autoDelete", "internal"] as const).flatMap((field) =>
        [true, false].map((value) => exchangeChange(field, { [field]: value }, { [field]: !value })),
    ),
    exchangeChange("arguments", {}, { arguments: { "x-delayed-type": "topic" } }),
    exchangeChange("arguments", { arguments: { "alternate-exchange": "rest" } }, {}),
];

function exchangeChange(field: string, from: Partial<Exchange>, to: Partial<Exchange>): NamedChange {
    return change(
        `exchange.${field} ${JSON.stringify(from)} -> ${JSON.stringify(to)}`,
        shop({ queue: orders("quorum"), exchange: { ...events, ...from } }),
        shop({ queue: orders("quorum"), exchange: { ...events, ...to } }),
    );
}

/** Renames, moves and removals. */
export const otherMigrations: readonly NamedChange[] = [
    ...queueTypes.map((type) =>
        change(
            `rename of a ${type} queue`,
            shop({ queue: orders(type) }),
            shop({ queue: { ...orders(type), name: "purchases" } }),
        ),
    ),
    change(
        "move to another virtual host",
        shop({ queue: orders("quorum") }),
        elsewhere(shop({ queue: orders("quorum") })),
    ),
    change(
        "removal of a queue",
        shop({ queue: orders("quorum") }),
        without(shop({ queue: orders("quorum") }), "orders"),
    ),
    change(
        "rename of an exchange",
        shop({ queue: orders("quorum") }),
        shop({ queue: orders("quorum"), exchange: { ...events, name: "happenings" } }),
    ),
    change(
        "replacement of a queue and its exchange together",
        shop({ queue: orders("quorum") }),
        shop({ queue: orders("classic"), exchange: { ...events, type: "direct" } }),
    ),
];

function elsewhere(topology: Topology): Topology {
    return JSON.parse(JSON.stringify(topology).replaceAll(`"${vhost}"`, '"store"')) as Topology; // the same shape
}

function without(topology: Topology, name: string): Topology {
    return {
        ...topology,
        queues: topology.queues.filter((each) => each.name !== name),
        bindings: topology.bindings.filter(({ destination }) => destination !== name),
        policies: topology.policies.filter((each) => each.name !== name),
    };
}

export const allMigrations = [...queueReplacements, ...exchangeReplacements, ...otherMigrations];
