import {
    addExchange,
    addQueue,
    all,
    bind,
    define,
    editExchange,
    editPolicy,
    editService,
    removeExchange,
    set,
    unbind,
    unbindKey,
} from "../edits.ts";
import { mutationsOf, spot } from "./mutation.ts";

const longKey = "k".repeat(256);

const republished = (routingKey: string): ReturnType<typeof editService> =>
    editService("result-processor", ({ publishes }) => ({
        publishes: publishes.map((each) => ({ ...each, routingKey })),
    }));

export const routingMutations = [
    ...mutationsOf(spot, [
        [
            "unroutedPublication",
            "a result that reaches only the alternate exchange",
            unbindKey("analyze.result"),
        ],
        ["unroutedPublication", "a call that reaches no queue", unbindKey("analysis.status")],
        ["unroutedPublication", "findings of every analyzer", unbindKey("analyze.finding.*")],
        ["unroutedPublication", "a key of one word more", republished("notify.completed.now")],
        [
            "unroutedPublication",
            "a message to a queue's name that no queue has",
            editService("result-processor", ({ publishes }) => ({
                publishes: publishes.map((each) => ({ ...each, exchange: "", routingKey: "nowhere" })),
            })),
        ],
        [
            "danglingReference",
            "a misspelt dead-letter exchange",
            set("result-processor", { "dead-letter-exchange": "spot.dead-leter" }),
        ],
        [
            "danglingReference",
            "a misspelt alternate exchange",
            define("exchange.spot.admin", () => ({ "alternate-exchange": "spot.unruoted" })),
        ],
        ["danglingReference", "a binding from an unknown exchange", bind("events", "unrouted", "#")],
        [
            "danglingReference",
            "a binding to a queue that is an exchange",
            bind("spot.admin", "spot.unrouted", "#"),
        ],
        [
            "danglingReference",
            "a service that publishes to an unknown exchange",
            editService("gateway", ({ publishes }) => ({
                publishes: publishes.map((each) => ({ ...each, exchange: "spot.analysys" })),
            })),
        ],
        [
            "danglingReference",
            "a service that consumes and inspects an unknown queue",
            editService("notifier", () => ({ inspects: ["x"] })),
        ],
        [
            "danglingReference",
            "an exchange in an unknown virtual host",
            all(addExchange("stray", "topic"), editExchange("stray", { vhost: "sport" })),
        ],
        [
            "danglingReference",
            "a policy in an unknown virtual host",
            editPolicy("queue.unrouted", { vhost: "sport" }),
        ],
        ["danglingReference", "a deleted exchange", removeExchange("spot.dead-letter")],
        [
            "exchangeCycle",
            "two alternate exchanges in a cycle",
            all(
                define("exchange.spot.admin", () => ({ "alternate-exchange": "spot.analysis" })),
                define("exchange.spot.analysis", () => ({ "alternate-exchange": "spot.admin" })),
            ),
        ],
        [
            "exchangeCycle",
            "an exchange bound to itself",
            bind("spot.admin", "spot.admin", "admin.#", { destinationType: "exchange" }),
        ],
        [
            "exchangeCycle",
            "the last exchange bound back to the first",
            bind("spot.unrouted", "spot.analysis", "", { destinationType: "exchange" }),
        ],
        [
            "transientExchange",
            "an exchange of work that is not durable",
            editExchange("spot.analysis", { durable: false }),
        ],
        [
            "transientExchange",
            "an exchange that is auto-delete",
            editExchange("spot.rpc", { autoDelete: true }),
        ],
        ["ignoredRoutingKey", "a fanout binding with a key", bind("spot.unrouted", "unrouted", "all")],
        [
            "literalWildcard",
            "a wildcard on a direct exchange",
            bind("spot.rpc", "analyzer-orchestrator.rpc", "analysis.*"),
        ],
        [
            "literalWildcard",
            "a wildcard inside a word",
            bind("spot.analysis", "analyzer-orchestrator.findings", "analyze.find*"),
        ],
        ["literalWildcard", "a wildcard in a published routing key", republished("notify.*")],
        [
            "redundantBinding",
            "a key that a wildcard takes already",
            bind("spot.analysis", "analyzer-orchestrator.findings", "analyze.finding.links"),
        ],
        [
            "redundantBinding",
            "a pattern within a wider one",
            all(bind("spot.analysis", "unrouted", "#"), bind("spot.analysis", "unrouted", "analyze.job.#")),
        ],
        [
            "invalidRoutingKey",
            "a binding with a key that is too long",
            bind("spot.analysis", "unrouted", longKey),
        ],
        ["invalidRoutingKey", "a publication with a key that is too long", republished(longKey)],
        ["unboundExchange", "an exchange that leads nowhere", addExchange("spot.new", "topic")],
        [
            "unboundExchange",
            "an exchange whose bindings are deleted",
            unbind(({ source }) => source === "spot.rpc"),
        ],
        [
            "invalidHeadersBinding",
            "a headers binding with an unknown mode",
            all(
                addExchange("h", "headers"),
                bind("h", "unrouted", "", { arguments: { "x-match": "some", a: 1 } }),
            ),
        ],
        [
            "queueWithoutPublisher",
            "a queue that nothing feeds",
            addQueue("forgotten", "quorum", { purpose: "work" }),
        ],
        ["queueWithoutPublisher", "a queue whose binding is deleted", unbindKey("notify.status")],
        [
            "queueWithoutPublisher",
            "a queue bound with a routing key that no service uses",
            all(
                unbindKey("analyze.job.links"),
                bind("spot.analysis", "analyzer.links", "analyze.jobs.links"),
            ),
        ],
        ["unconsumedQueue", "a queue without a consumer", editService("notifier", () => ({ consumes: [] }))],
        [
            "unconsumedQueue",
            "parked messages that no service inspects",
            editService("operator", () => ({ inspects: [] })),
        ],
        [
            "unexpectedConsumer",
            "a consumer of dead letters",
            editService("notifier", ({ consumes }) => ({
                consumes: consumes.map((each) => ({ ...each, queue: "unrouted" })),
            })),
        ],
    ]),
    ...mutationsOf(
        ["spot on 4.3", "spot in prod"],
        [["invalidRoutingKey", "three # in a topic key", bind("spot.analysis", "unrouted", "a.#.b.#.c.#")]],
    ),
    ...mutationsOf(
        ["spot on 4.0"],
        [
            [
                "unexpectedConsumer",
                "a consumer of a delay queue",
                editService("notifier", ({ consumes }) => ({
                    consumes: consumes.map((each) => ({ ...each, queue: "result-processor.retry.1" })),
                })),
            ],
        ],
    ),
    ...mutationsOf(
        ["shop"],
        [
            ["unroutedPublication", "an order that reaches no queue", unbindKey("order.placed")],
            ["unroutedPublication", "a question that reaches no queue", unbindKey("price")],
            [
                "queueWithoutPublisher",
                "work that the till no longer sends",
                editService("till", () => ({ publishes: [] })),
            ],
            [
                "unconsumedQueue",
                "an office that consumes nothing",
                editService("office", () => ({ consumes: [] })),
            ],
            [
                "danglingReference",
                "a till that calls an unknown exchange",
                editService("till", ({ calls }) => ({
                    calls: calls.map((each) => ({ ...each, exchange: "question" })),
                })),
            ],
        ],
    ),
    ...mutationsOf(
        ["orders"],
        [
            [
                "danglingReference",
                "a binding to a deleted queue",
                bind("orders", "orders.shipped", "order.shipped"),
            ],
            ["danglingReference", "dead letters to a deleted exchange", removeExchange("orders.dead")],
            [
                "exchangeCycle",
                "an audit exchange bound back to its source",
                bind("orders.audit", "orders", "", {
                    destinationType: "exchange",
                    arguments: { "x-match": "all", again: true },
                }),
            ],
            [
                "invalidHeadersBinding",
                "a headers binding without headers",
                bind("orders.audit", "orders.paid", "", { arguments: { "x-match": "any" } }),
            ],
            [
                "invalidHeadersBinding",
                "a headers binding with a misspelt mode",
                bind("orders.audit", "orders.paid", "", { arguments: { "x-match": "ANY", a: 1 } }),
            ],
            [
                "ignoredRoutingKey",
                "a headers binding with a key",
                bind("orders.audit", "orders.paid", "order.paid", { arguments: { "x-match": "any", a: 1 } }),
            ],
            [
                "redundantBinding",
                "a key within a pattern",
                bind("orders", "orders.created", "order.created.web"),
            ],
            [
                "transientExchange",
                "an exchange that a restart deletes",
                editExchange("orders", { durable: false }),
            ],
            ["unboundExchange", "an exchange without bindings", addExchange("orders.new", "direct")],
        ],
    ),
    ...mutationsOf(
        ["telemetry"],
        [
            [
                "transientExchange",
                "an exchange that is auto-delete",
                editExchange("readings", { autoDelete: true }),
            ],
            ["literalWildcard", "a wildcard inside a word", bind("readings", "readings.live", "reading.a*")],
            ...["x-delayed-message", "x-message-deduplication", "x-rtopic", "x-lvc"].map(
                (type) =>
                    [
                        "missingPlugin",
                        `an exchange of type ${type}`,
                        addExchange("later", type as `x-${string}`), // the list has only such types
                    ] as const,
            ),
            ["invalidRoutingKey", "three # in a topic key", bind("readings", "readings.live", "#.a.#.b.#")],
            [
                "danglingReference",
                "an alternate exchange by argument",
                editExchange("readings", { arguments: { "alternate-exchange": "none" } }),
            ],
        ],
    ),
];
