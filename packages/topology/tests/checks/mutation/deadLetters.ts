import {
    addExchange,
    addPolicy,
    addQueue,
    all,
    bind,
    define,
    editPolicy,
    editQueue,
    set,
    unbind,
    unbindKey,
    uncap,
    unset,
} from "../edits.ts";
import { mutationsOf, spot } from "./mutation.ts";

const toResults = { "dead-letter-exchange": "spot.analysis", "dead-letter-routing-key": "analyze.result" };
const noAlternate = define("exchange.spot.dead-letter", () => ({}));

export const deadLetterMutations = [
    ...mutationsOf(spot, [
        [
            "unroutedDeadLetters",
            "no binding for the key, and no alternate",
            all(unbindKey("analyzer.links"), noAlternate),
        ],
        [
            "unroutedDeadLetters",
            "another key, and no alternate",
            all(set("result-processor", { "dead-letter-routing-key": "x" }), noAlternate),
        ],
        [
            "unroutedDeadLetters",
            "no key, and the message's own is not bound",
            all(unset("result-processor", "dead-letter-routing-key"), noAlternate),
        ],
        [
            "unroutedDeadLetters",
            "kept keys that no binding can match",
            all(
                addExchange("dead", "topic"),
                addQueue("work", "quorum", { arguments: { "x-dead-letter-exchange": "dead" } }),
                bind("spot.analysis", "work", "analyze.#"),
                bind("dead", "result-processor.dlq", "failed.#"),
            ),
        ],
        [
            "unroutedDeadLetters",
            "a queue that the default exchange does not know",
            set("result-processor", { "dead-letter-exchange": "", "dead-letter-routing-key": "nowhere" }),
        ],
        [
            "missingDeadLetterExchange",
            "no dead-letter exchange",
            unset("result-processor", "dead-letter-exchange"),
        ],
        ["missingDeadLetterExchange", "no policy at all", define("queue.analyzer.links", () => ({}))],
        ["deadLetterCycle", "back into the same queue", set("result-processor", toResults)],
        ["deadLetterCycle", "back from the dead-letter queue", set("result-processor.dlq", toResults)],
        [
            "deadLetterCycle",
            "through three queues",
            all(
                set("analyzer.links", { ...toResults }),
                set("result-processor", {
                    "dead-letter-exchange": "spot.analysis",
                    "dead-letter-routing-key": "analyze.job.links",
                }),
            ),
        ],
        [
            "selfDeadLettering",
            "the default exchange with its own key",
            set("result-processor", {
                "dead-letter-exchange": "",
                "dead-letter-routing-key": "result-processor",
            }),
        ],
        [
            "unusedDeadLetterSettings",
            "a key and a strategy without an exchange",
            unset("result-processor", "dead-letter-exchange"),
        ],
        [
            "unsafeDeadLettering",
            "at-least-once dead-lettering with drop-head",
            set("result-processor", { overflow: "drop-head" }),
        ],
        [
            "unsafeDeadLettering",
            "at-least-once dead-lettering without overflow",
            unset("analyzer.links", "overflow"),
        ],
        [
            "unsafeDeadLettering",
            "at-least-once dead-lettering on a queue that drops on purpose",
            set("notifications.email", { "dead-letter-strategy": "at-least-once" }),
        ],
        [
            "unboundedAtLeastOnceQueue",
            "at-least-once dead-lettering without a bound",
            all(uncap, unset("result-processor", "max-length", "max-length-bytes")),
        ],
        [
            "transientDeadLetterQueue",
            "a classic dead-letter queue",
            all(
                editQueue("result-processor.dlq", { type: "classic" }),
                define("queue.result-processor.dlq", () => ({ "max-length": 1_000_000 })),
                editPolicy("queue.result-processor.dlq", { applyTo: "classic_queues" }),
            ),
        ],
        [
            "transientDeadLetterQueue",
            "a dead-letter queue that is not durable",
            editQueue("result-processor.dlq", { durable: false }),
        ],
        [
            "transientDeadLetterQueue",
            "a dead-letter queue that is auto-delete",
            editQueue("result-processor.dlq", { autoDelete: true }),
        ],
        [
            "expiringDeadLetters",
            "dead letters that expire",
            set("result-processor.dlq", { "message-ttl": 86_400_000 }),
        ],
        ["expiringDeadLetters", "a dead-letter queue that expires", set("unrouted", { expires: 86_400_000 })],
        [
            "smallDeadLetterQueue",
            "fewer dead letters than messages",
            set("result-processor.dlq", { "max-length": 10 }),
        ],
        [
            "smallDeadLetterQueue",
            "fewer bytes for dead letters than for messages",
            set("analyzer.links.dlq", { "max-length-bytes": 1_000 }),
        ],
        [
            "lossyParkingQueue",
            "dead letters that are dropped when the queue is full",
            set("result-processor.dlq", { overflow: "drop-head" }),
        ],
        [
            "lossyParkingQueue",
            "dead letters that are dropped after many inspections",
            unset("result-processor.dlq", "delivery-limit"),
        ],
        [
            "lossyParkingQueue",
            "unroutable messages that are dropped after two inspections",
            set("unrouted", { "delivery-limit": 2 }),
        ],
        [
            "missingDeliveryLimit",
            "work that is retried forever",
            set("result-processor", { "delivery-limit": -1 }),
        ],
        [
            "missingDeliveryLimit",
            "requests that are retried forever",
            set("analyzer-orchestrator.rpc", { "delivery-limit": -1 }),
        ],
    ]),
    ...mutationsOf(
        ["spot on 4.3", "spot in prod"],
        [
            [
                "brokenRetry",
                "fewer redeliveries than attempts",
                set("result-processor", { "delivery-limit": 1 }),
            ],
            [
                "brokenRetry",
                "no delay between attempts",
                unset("result-processor", "delayed-retry-type", "delayed-retry-min", "delayed-retry-max"),
            ],
            [
                "brokenRetry",
                "a delayed retry without a delay",
                unset("result-processor", "delayed-retry-min"),
            ],
        ],
    ),
    ...mutationsOf(
        ["spot on 4.0"],
        [
            ["brokenRetry", "a retry delay without its queue", unbindKey("result-processor.1")],
            [
                "brokenRetry",
                "a delay queue that leads elsewhere",
                set("result-processor.retry.1", { "dead-letter-routing-key": "analyzer.links" }),
            ],
            [
                "brokenRetry",
                "a delay queue without a delay",
                unset("result-processor.retry.2", "message-ttl"),
            ],
            [
                "missingDeadLetterExchange",
                "a delay queue without a dead-letter exchange",
                unset("result-processor.retry.1", "dead-letter-exchange"),
            ],
        ],
    ),
    ...mutationsOf(
        ["shop"],
        [
            [
                "missingDeadLetterExchange",
                "invoices without dead letters",
                unset("invoices", "dead-letter-exchange"),
            ],
            [
                "unroutedDeadLetters",
                "dead letters with another key",
                set("invoices", { "dead-letter-routing-key": "bills" }),
            ],
            ["brokenRetry", "a retry delay without its queue", unbindKey("invoices.2")],
            ["expiringDeadLetters", "lost orders that expire", set("lost", { "message-ttl": 1_000 })],
            [
                "deadLetterCycle",
                "a delay queue that leads to itself",
                set("invoices.retry.1", { "dead-letter-routing-key": "invoices.1" }),
            ],
        ],
    ),
    ...mutationsOf(
        ["orders"],
        [
            [
                "unroutedDeadLetters",
                "a dead-letter exchange without a queue",
                unbind(({ source }) => source === "orders.dead"),
            ],
            [
                "deadLetterCycle",
                "dead letters that return when they expire",
                all(
                    addPolicy("back", {
                        pattern: "^orders\\.dead-letters$",
                        precedence: 99,
                        definition: {
                            "dead-letter-exchange": "orders",
                            "dead-letter-routing-key": "order.paid",
                            "message-ttl": 5_000,
                        },
                    }),
                ),
            ],
            [
                "deadLetterCycle",
                "dead letters that are dropped when they complete the cycle",
                all(
                    addPolicy("a", {
                        pattern: "^orders\\.(paid|created)$",
                        precedence: 99,
                        definition: {
                            "dead-letter-exchange": "orders",
                            "dead-letter-routing-key": "order.paid",
                            "message-ttl": 5_000,
                        },
                    }),
                ),
            ],
            [
                "selfDeadLettering",
                "the default exchange and nothing else",
                all(
                    addQueue("orders.self"),
                    addPolicy("self", {
                        pattern: "^orders\\.self$",
                        definition: { "dead-letter-exchange": "" },
                    }),
                ),
            ],
            [
                "missingDeadLetterExchange",
                "a quorum queue without dead letters",
                all(addQueue("orders.more"), bind("orders", "orders.more", "order.more")),
            ],
            [
                "unsafeDeadLettering",
                "at-least-once dead-lettering with drop-head",
                define("work", (before) => ({
                    ...before,
                    "dead-letter-strategy": "at-least-once",
                    overflow: "drop-head",
                })),
            ],
            [
                "unboundedAtLeastOnceQueue",
                "at-least-once dead-lettering without a bound",
                define("work", () => ({
                    "dead-letter-exchange": "orders.dead",
                    "dead-letter-strategy": "at-least-once",
                    overflow: "reject-publish",
                })),
            ],
            [
                "unusedDeadLetterSettings",
                "a key without an exchange",
                define("work", () => ({ "dead-letter-routing-key": "x" })),
            ],
            [
                "transientDeadLetterQueue",
                "a dead-letter queue that is not durable",
                editQueue("orders.dead-letters", { durable: false }),
            ],
            [
                "expiringDeadLetters",
                "dead letters that expire",
                define("dead", (before) => ({ ...before, "message-ttl": 1_000 })),
            ],
            [
                "smallDeadLetterQueue",
                "fewer dead letters than messages",
                define("dead", (before) => ({ ...before, "max-length": 10 })),
            ],
            [
                "missingDeliveryLimit",
                "work that is retried forever",
                define("work", (before) => ({ ...before, "delivery-limit": -1 })),
            ],
        ],
    ),
];
