import { queue, type Topology } from "../../../src/model/index.ts";
import {
    addPolicy,
    addQueue,
    all,
    bind,
    define,
    editPolicy,
    editQueue,
    editService,
    set,
    uncap,
    unset,
} from "../edits.ts";
import { mutationsOf, spot } from "./mutation.ts";

/** Many more queues, each with its bound. */
function withMany(topology: Topology): Topology {
    const names = Array.from({ length: 5_001 }, (_, index) => `many.${index}`);
    return {
        ...topology,
        queues: [...topology.queues, ...names.map((name) => queue("orders", name, "quorum"))],
    };
}

/** Many keys for one queue. */
function boundOften(source: string, destination: string): (topology: Topology) => Topology {
    return all(...Array.from({ length: 1_001 }, (_, index) => bind(source, destination, `key.${index}`)));
}

export const queueMutations = [
    ...mutationsOf(spot, [
        ["transientQueue", "work that a restart deletes", editQueue("result-processor", { durable: false })],
        [
            "transientQueue",
            "a queue that is auto-delete",
            editQueue("notifications.status", { autoDelete: true }),
        ],
        [
            "refusedQueue",
            "a quorum queue that is not durable",
            editQueue("analyzer.links", { durable: false }),
        ],
        ["refusedQueue", "a stream that is auto-delete", editQueue("admin.gateway", { autoDelete: true })],
        [
            "unreplicatedQueue",
            "work in a classic queue",
            all(
                editQueue("result-processor", { type: "classic" }),
                editPolicy("queue.result-processor", { applyTo: "classic_queues" }),
            ),
        ],
        [
            "unreplicatedQueue",
            "parked messages in a classic queue",
            editQueue("unrouted", { type: "classic" }),
        ],
        [
            "unboundedQueue",
            "work without a bound",
            all(uncap, unset("result-processor", "max-length", "max-length-bytes")),
        ],
        [
            "unboundedQueue",
            "a stream without retention",
            all(
                uncap,
                define("queue.admin.gateway", () => ({})),
            ),
        ],
        [
            "unboundedQueue",
            "status updates without a bound",
            all(uncap, unset("notifications.status", "max-length", "max-length-bytes")),
        ],
        [
            "lossyOverflow",
            "requests that are dropped",
            set("analyzer-orchestrator.rpc", { overflow: "drop-head" }),
        ],
        [
            "lossyOverflow",
            "work that is dropped",
            unset("notifications.email", "dead-letter-exchange", "dead-letter-routing-key"),
        ],
        ["immediateExpiry", "a TTL of zero", set("notifications.status", { "message-ttl": 0 })],
        ["immediateExpiry", "a length of zero", set("notifications.status", { "max-length": 0 })],
        ["expiringQueue", "work in a queue that expires", set("result-processor", { expires: 1_800_000 })],
        [
            "expiringQueue",
            "status updates in a queue that expires",
            set("notifications.status", { expires: 60_000 }),
        ],
        [
            "shortMessageTtl",
            "a deadline shorter than a job",
            set("analyzer-orchestrator", { "message-ttl": 1_000 }),
        ],
        [
            "shortMessageTtl",
            "a deadline as long as a job",
            set("result-processor", { "message-ttl": 60_000 }),
        ],
        [
            "ignoredPriority",
            "urgent messages for a classic queue",
            all(
                editQueue("analyzer-orchestrator", { type: "classic" }),
                editPolicy("queue.analyzer-orchestrator", { applyTo: "classic_queues" }),
            ),
        ],
        [
            "ignoredPriority",
            "urgent messages for a stream",
            bind("spot.analysis", "admin.gateway", "analyze.request"),
        ],
        [
            "ignoredPriority",
            "urgent messages for a classic queue with too few priorities",
            all(
                editQueue("analyzer-orchestrator", { type: "classic", arguments: { "x-max-priority": 4 } }),
                editPolicy("queue.analyzer-orchestrator", { applyTo: "classic_queues" }),
            ),
        ],
        [
            "starvedPriority",
            "strict priorities",
            all(
                editQueue("analyzer-orchestrator", { type: "classic", arguments: { "x-max-priority": 5 } }),
                editPolicy("queue.analyzer-orchestrator", { applyTo: "classic_queues" }),
            ),
        ],
        [
            "tooManyPriorities",
            "a hundred priorities",
            editQueue("notifications.status", { arguments: { "x-max-priority": 100 } }),
        ],
        [
            "unsafeReplicaCount",
            "two replicas",
            editQueue("result-processor", { arguments: { "x-quorum-initial-group-size": 2 } }),
        ],
        [
            "unsafeReplicaCount",
            "four replicas to grow to",
            set("result-processor", { "target-group-size": 4 }),
        ],
        [
            "unsafeReplicaCount",
            "one replica",
            editQueue("analyzer.links", { arguments: { "x-quorum-initial-group-size": 1 } }),
        ],
        [
            "singleActiveConsumerWithoutStandby",
            "a single active consumer without a standby",
            editQueue("result-processor", { arguments: { "x-single-active-consumer": true } }),
        ],
    ]),
    ...mutationsOf(
        ["spot on 4.3", "spot in prod"],
        [
            [
                "shortConsumerTimeout",
                "messages requeued while a job runs",
                set("result-processor", { "consumer-timeout": 60_000 }),
            ],
            [
                "shortConsumerTimeout",
                "jobs longer than the default",
                all(
                    unset("result-processor", "consumer-timeout"),
                    editService("result-processor", ({ consumes }) => ({
                        consumes: consumes.map((each) => ({
                            ...each,
                            jobLimit: (each.jobLimit * 60) as typeof each.jobLimit,
                        })),
                    })),
                ),
            ],
            [
                "shortMessageTtl",
                "a deadline shorter than the wait between attempts",
                set("result-processor", {
                    "message-ttl": 70_000,
                    "delayed-retry-min": 600_000,
                    "delayed-retry-max": 600_000,
                }),
            ],
            [
                "refusedQueue",
                "a classic queue that is not durable",
                editQueue("notifications.status", { durable: false }),
            ],
        ],
    ),
    ...mutationsOf(
        ["spot on 4.0"],
        [
            [
                "shortConsumerTimeout",
                "jobs longer than the default",
                editService("notifier", ({ consumes }) => ({
                    consumes: consumes.map((each) => ({
                        ...each,
                        jobLimit: (each.jobLimit * 60) as typeof each.jobLimit,
                    })),
                })),
            ],
        ],
    ),
    ...mutationsOf(
        ["shop"],
        [
            ["unreplicatedQueue", "invoices in a classic queue", editQueue("invoices", { type: "classic" })],
            [
                "unboundedQueue",
                "invoices without a bound",
                all(uncap, unset("invoices", "max-length", "max-length-bytes")),
            ],
            ["lossyOverflow", "prices that are dropped", set("prices", { overflow: "drop-head" })],
            ["expiringQueue", "invoices in a queue that expires", set("invoices", { expires: 60_000 })],
            ["transientQueue", "invoices that a restart deletes", editQueue("invoices", { durable: false })],
            ["tooManyBindings", "a queue with very many keys", boundOften("events", "invoices")],
        ],
    ),
    ...mutationsOf(
        ["orders"],
        [
            ["transientQueue", "a queue that is auto-delete", editQueue("orders.paid", { autoDelete: true })],
            [
                "refusedQueue",
                "a quorum queue that is not durable",
                editQueue("orders.paid", { durable: false }),
            ],
            ["unboundedQueue", "a queue without a bound", addQueue("orders.more")],
            [
                "lossyOverflow",
                "a queue that drops",
                all(
                    addQueue("orders.more"),
                    addPolicy("more", { pattern: "^orders\\.more$", definition: { "max-length": 5 } }),
                ),
            ],
            [
                "expiringQueue",
                "a queue that expires",
                define("work", (before) => ({ ...before, expires: 60_000 })),
            ],
            [
                "immediateExpiry",
                "a TTL of zero",
                define("work", (before) => ({ ...before, "message-ttl": 0 })),
            ],
            [
                "unsafeReplicaCount",
                "two replicas to grow to",
                define("work", (before) => ({ ...before, "target-group-size": 2 })),
            ],
            ["tooManyQuorumQueues", "thousands of quorum queues", withMany],
            ["tooManyBindings", "a queue with very many keys", boundOften("orders", "orders.paid")],
        ],
    ),
    ...mutationsOf(
        ["telemetry"],
        [
            [
                "refusedQueue",
                "a classic queue that is not durable",
                editQueue("readings.live", { durable: false }),
            ],
            [
                "tooManyPriorities",
                "fifty priorities",
                editQueue("readings.live", { arguments: { "x-max-priority": 50 } }),
            ],
            ["unboundedQueue", "a stream without retention", define("retention", () => ({}))],
        ],
    ),
];
