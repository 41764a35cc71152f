import { sampleProdTopology, sampleTopology } from "../../../../../tests/support/sampleTopology.ts";
import { compile } from "../../../src/compile/index.ts";
import { declare } from "../../../src/declare/declare.ts";
import { direct, fanout, topic } from "../../../src/declare/exchanges.ts";
import { parking, requests, work } from "../../../src/declare/queues.ts";
import { call, consume, publish, service } from "../../../src/declare/services.ts";
import { binding, exchange, queue, type Topology } from "../../../src/model/index.ts";
import { topologyOf } from "../../routing/topologies.ts";

/** A small shop in the words of a declaration: work, requests and commands, on a broker without delayed retry. */
const shop: Topology = compile(
    declare({
        vhost: "shop",
        defaults: { retain: true },
        exchanges: [
            topic("events", { alternate: "lost" }),
            direct("questions"),
            direct("dead"),
            fanout("lost"),
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
            parking("lost", { from: "lost", bound: { messages: 1_000, size: "64 MiB" } }),
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
        retryExchange: topic("again", { alternate: "lost" }),
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

/** Topologies with nothing wrong, to be broken in one place each. */
export const validTopologies = {
    "spot on 4.3": sampleTopology("4.3"),
    "spot on 4.0": sampleTopology("4.0"),
    "spot in prod": sampleProdTopology(),
    shop,
    orders,
    telemetry,
    plain,
} as const satisfies Readonly<Record<string, Topology>>;

export type ValidTopologyName = keyof typeof validTopologies;
