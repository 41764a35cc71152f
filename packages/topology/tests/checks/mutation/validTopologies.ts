import { limitedSampleTopology, sampleProdTopology } from "../../../../../tests/support/sampleTopology.ts";
import { compile } from "../../../src/compile/index.ts";
import { declare } from "../../../src/declare/declare.ts";
import { direct, fanout, topic } from "../../../src/declare/exchanges.ts";
import { parking, requests, work } from "../../../src/declare/queues.ts";
import { call, consume, publish, service } from "../../../src/declare/services.ts";
import {
    binding,
    exchange,
    type Parameter,
    type Policy,
    queue,
    type Topology,
} from "../../../src/model/index.ts";
import { topologyOf } from "../../routing/topologies.ts";

/** A small shop in the words of a declaration: work, requests and commands, on a broker without delayed retry. */
const shop: Topology = compile(
    declare({
        vhost: "shop",
        defaults: { retain: true },
        exchanges: [
            topic("events", { alternate: "misses" }),
            direct("questions"),
            topic("dead"),
            fanout("misses"),
        ],
        queues: [
            work("invoices", {
                from: "events",
                key: "order.placed",
                bound: { messages: 1_000, size: "64 MiB" },
                retry: { attempts: 3, delay: "1 second", delayLimit: "1 minute" },
                jobLimit: "30 seconds",
                deadline: "1 hour",
            }),
            requests("prices", {
                from: "questions",
                key: "price",
                bound: { messages: 100, size: "1 MiB" },
                timeout: "2 seconds",
                jobLimit: "2 seconds",
            }),
            parking("lost", { from: "misses", bound: { messages: 1_000, size: "64 MiB" } }),
        ],
        services: [
            service("till", {
                publishes: [publish("order", { to: "events", key: "order.placed" })],
                calls: [call("price", { to: "questions", key: "price", timeout: "2 seconds" })],
            }),
            service("office", {
                consumes: [
                    consume("invoices", { message: "order", prefetch: 8 }),
                    consume("prices", { message: "price", prefetch: 8 }),
                ],
            }),
            service("clerk", { inspects: ["invoices.dlq", "lost"], redrives: true }),
        ],
        deadLetterExchange: "dead",
        retryExchange: topic("again", { alternate: "misses" }),
    }),
    "4.2",
);

/** Exported definitions: policies by prefix, dead letters through a fanout exchange, users for people. */
const orders: Topology = topologyOf({
    brokerVersion: "4.1",
    vhosts: [{ name: "orders", limits: { maxConnections: 200, maxQueues: 50 }, protectedFromDeletion: true }],
    exchanges: [
        exchange("orders", "orders", "topic"),
        exchange("orders", "orders.dead", "fanout"),
        exchange("orders", "orders.audit", "headers"),
    ],
    queues: [
        queue("orders", "orders.created", "quorum"),
        queue("orders", "orders.paid", "quorum"),
        queue("orders", "orders.audit", "quorum"),
        queue("orders", "orders.dead-letters", "quorum"),
    ],
    bindings: [
        binding("orders", "orders", "orders.created", "order.created.#"),
        binding("orders", "orders", "orders.paid", "order.paid"),
        binding("orders", "orders", "orders.audit", "", { destinationType: "exchange" }),
        binding("orders", "orders.audit", "orders.audit", "", {
            arguments: { "x-match": "any", important: true },
        }),
        binding("orders", "orders.dead", "orders.dead-letters", ""),
    ],
    policies: [
        {
            vhost: "orders",
            name: "work",
            pattern: "^orders\\.(created|paid|audit)$",
            applyTo: "quorum_queues",
            precedence: 10,
            definition: {
                "dead-letter-exchange": "orders.dead",
                "max-length": 10_000,
                overflow: "reject-publish",
                "delivery-limit": 5,
            },
        },
        {
            vhost: "orders",
            name: "dead",
            pattern: "^orders\\.dead-letters$",
            applyTo: "quorum_queues",
            precedence: 20,
            definition: { "max-length": 100_000, "delivery-limit": -1 },
        },
    ],
    users: [
        { name: "admin", tags: ["administrator"] },
        { name: "orders", tags: [] },
    ],
    permissions: [
        { user: "admin", vhost: "orders", configure: ".*", write: ".*", read: ".*" },
        { user: "orders", vhost: "orders", configure: "^orders\\.", write: "^orders", read: "^orders" },
    ],
});

/** Exported definitions: streams, classic queues with arguments, two virtual hosts, operator policies. */
const telemetry: Topology = topologyOf({
    brokerVersion: "4.3",
    vhosts: [
        {
            name: "plant",
            limits: { maxConnections: 500, maxQueues: 3 },
            protectedFromDeletion: true,
        },
        { name: "/", limits: { maxConnections: 1, maxQueues: 1 }, protectedFromDeletion: true },
    ],
    exchanges: [
        exchange("plant", "readings", "topic"),
        exchange("plant", "alarms", "fanout"),
        exchange("plant", "later", "x-recent-history"),
    ],
    queues: [
        queue("plant", "readings.log", "stream"),
        queue("plant", "readings.live", "classic", { arguments: { "x-max-length": 500 } }),
        queue("plant", "alarms", "quorum", { arguments: { "x-single-active-consumer": true } }),
        queue("/", "scratch", "classic"),
    ],
    bindings: [
        binding("plant", "readings", "readings.log", "#"),
        binding("plant", "readings", "readings.live", "reading.*.live"),
        binding("plant", "alarms", "alarms", ""),
        binding("plant", "later", "alarms", "later"),
        binding("plant", "amq.topic", "readings.log", "mqtt.#"),
    ],
    policies: [
        {
            vhost: "plant",
            name: "retention",
            pattern: "^readings\\.log$",
            applyTo: "streams",
            precedence: 0,
            definition: { "max-age": "7D" },
        },
    ],
    operatorPolicies: [
        {
            vhost: "plant",
            name: "caps",
            pattern: "^(alarms|readings\\.live)$",
            applyTo: "queues",
            precedence: 0,
            definition: { "max-length-bytes": 100_000_000 },
        },
    ],
    users: [{ name: "plant", tags: ["management"], limits: { maxConnections: 0 } }],
    permissions: [{ user: "plant", vhost: "plant", configure: ".*", write: ".*", read: ".*" }],
});

/** A broker just started, with its one user and nothing declared. */
const plain: Topology = topologyOf({
    brokerVersion: "4.3",
    vhosts: [{ name: "/" }],
    users: [{ name: "guest", tags: ["administrator"] }],
    permissions: [{ user: "guest", vhost: "/", configure: ".*", write: ".*", read: ".*" }],
});

/** Definitions with shovels and federation, in every form that leads somewhere. */
const linked: Topology = topologyOf({
    brokerVersion: "4.3",
    vhosts: [{ name: "shop", limits: { maxConnections: 500, maxQueues: 9 }, protectedFromDeletion: true }],
    exchanges: [
        exchange("shop", "events", "topic"),
        exchange("shop", "outbound", "fanout"),
        exchange("shop", "inbound", "topic"),
        exchange("shop", "news", "fanout"),
    ],
    queues: [
        queue("shop", "orders", "classic"),
        queue("shop", "copies", "classic"),
        queue("shop", "archive", "classic"),
    ],
    bindings: [
        binding("shop", "events", "orders", "order.#"),
        binding("shop", "inbound", "archive", "order.*"),
        binding("shop", "news", "archive", ""),
    ],
    parameters: [
        upstream("north", { uri: "amqps://north.example.com" }),
        upstream("south", { uri: ["amqps://south.example.com"] }),
        upstream("west", { uri: "amqps://west.example.com" }),
        {
            vhost: "shop",
            component: "federation-upstream-set",
            name: "both",
            value: [{ upstream: "north" }, { upstream: "south" }],
        },
        shovel("copy", { "src-exchange": "outbound", "dest-queue": "copies" }),
        shovel("move", {
            "src-queue": "orders",
            "dest-exchange": "inbound",
            "dest-exchange-key": "order.moved",
        }),
        shovel("away", {
            "src-queue": "archive",
            "dest-queue": "orders",
            "dest-uri": "amqps://far.example.com",
        }),
    ],
    policies: [
        federated("events", "^events$", "exchanges", { "federation-upstream": "north" }),
        federated("copies", "^copies$", "classic_queues", { "federation-upstream-set": "both" }),
        federated("news", "^news$", "exchanges", { "federation-upstream-pattern": "^w" }),
    ],
    operatorPolicies: [
        {
            vhost: "shop",
            name: "caps",
            pattern: "^(archive|copies|orders)$",
            applyTo: "queues",
            precedence: 0,
            definition: { "max-length-bytes": 100_000_000 },
        },
    ],
});

function shovel(name: string, value: Readonly<Record<string, string>>): Parameter {
    const uris = { "src-uri": "amqp:///shop", "dest-uri": "amqp:///shop" };
    return { vhost: "shop", component: "shovel", name, value: { ...uris, ...value } };
}

function upstream(name: string, value: Parameter["value"]): Parameter {
    return { vhost: "shop", component: "federation-upstream", name, value };
}

function federated(
    name: string,
    pattern: string,
    applyTo: Policy["applyTo"],
    definition: Policy["definition"],
): Policy {
    return { vhost: "shop", name, pattern, applyTo, precedence: 0, definition };
}

/** Topologies with nothing wrong, to be broken in one place each. */
export const validTopologies = {
    "spot on 4.3": limitedSampleTopology("4.3"),
    "spot on 4.0": limitedSampleTopology("4.0"),
    "spot in prod": sampleProdTopology(),
    shop,
    orders,
    telemetry,
    linked,
    plain,
} as const satisfies Readonly<Record<string, Topology>>;

export type ValidTopologyName = keyof typeof validTopologies;
