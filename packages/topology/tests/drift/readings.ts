import type { Digest } from "../../src/definitions/credentials.ts";
import type { DriftReport } from "../../src/drift/drift.ts";
import { type DriftInput, driftReport } from "../../src/drift/driftReport.ts";
import { emptyTopology } from "../../src/model/emptyTopology.ts";
import { binding, exchange, queue, type Topology } from "../../src/model/index.ts";
import type { BrokerReading, QueueReading } from "../../src/readings/brokerReading.ts";

/** One object of each kind that a single node has. */
export const shop: Topology = {
    ...emptyTopology("4.3"),
    vhosts: [{ name: "shop" }],
    exchanges: [exchange("shop", "events", "topic")],
    queues: [queue("shop", "orders", "quorum"), queue("shop", "log", "stream")],
    bindings: [binding("shop", "events", "orders", "order.*")],
    policies: [
        {
            vhost: "shop",
            name: "balanced",
            pattern: "^(orders|log|bills|mails)$",
            applyTo: "queues",
            precedence: 1,
            definition: { "queue-leader-locator": "balanced" },
        },
    ],
    users: [{ name: "till", tags: [] }],
    permissions: [{ user: "till", vhost: "shop", configure: "", write: "events", read: "" }],
};

const nodes = ["a", "b", "c"];

/** The state of a queue with one replica on each node. */
export function queueState(name: string, type: string, state: Partial<QueueReading> = {}): QueueReading {
    return {
        vhost: "shop",
        name,
        type,
        state: "running",
        exclusive: false,
        policy: "balanced",
        operatorPolicy: "",
        members: nodes,
        online: nodes,
        leader: "a",
        ...state,
    };
}

/** What an administrator reads of a cluster of three nodes with the shop's objects. */
export const reading: BrokerReading = {
    endpoint: "http://localhost:15672",
    user: "root",
    tags: ["administrator"],
    version: "4.3.6",
    vhosts: [
        { name: "shop", defaultQueueType: "classic", tracing: false, protectedFromDeletion: false },
        { name: "/", defaultQueueType: "classic", tracing: false, protectedFromDeletion: false },
    ],
    seesAllVhosts: true,
    closedVhosts: [],
    nodeQueueType: "classic",
    users: [
        { name: "till", tags: [], passwordHash: "", hashingAlgorithm: "rabbit_password_hashing_sha256" },
        {
            name: "root",
            tags: ["administrator"],
            passwordHash: "",
            hashingAlgorithm: "rabbit_password_hashing_sha256",
        },
    ],
    queues: [queueState("orders", "quorum"), queueState("log", "stream", { leader: "b" })],
    hasParameters: true,
    nodes: nodes.map((name) => ({ name, running: true, plugins: ["rabbitmq_management"] })),
    deprecatedFeatures: [],
    disabledFlags: [],
};

/** What the broker has: the shop, its first virtual host, and the user who reads it. */
export const live: Topology = {
    ...shop,
    vhosts: [{ name: "shop" }, { name: "/" }],
    users: [...shop.users, { name: "root", tags: ["administrator"] }],
    permissions: [
        ...shop.permissions,
        { user: "root", vhost: "/", configure: ".*", write: ".*", read: ".*" },
    ],
};

const digest: Digest = () => new Uint8Array();

/** The report about the shop with changes of what is compared. */
export function driftOf(input: Partial<DriftInput> = {}): DriftReport {
    return driftReport({
        stack: "dev",
        declared: shop,
        live,
        reading,
        operators: [],
        passwords: new Map([["till", { password: "" }]]),
        digest,
        ...input,
    });
}
