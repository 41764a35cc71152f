import {
    addOperatorPolicy,
    addPolicy,
    all,
    define,
    editExchange,
    editPolicy,
    editQueue,
    permit,
    set,
    uncap,
    unset,
} from "../edits.ts";
import { mutationsOf, spot } from "./mutation.ts";

export const policyMutations = [
    ...mutationsOf(spot, [
        [
            "ambiguousPolicy",
            "a second policy of a queue's precedence",
            addPolicy("emergency", {
                pattern: "^analyzer\\.links$",
                applyTo: "queues",
                precedence: 50,
                definition: { "max-length": 1 },
            }),
        ],
        [
            "ambiguousPolicy",
            "a second policy of an exchange's precedence",
            addPolicy("emergency", {
                pattern: "analysis",
                precedence: 10,
                definition: { "alternate-exchange": "x" },
            }),
        ],
        [
            "ambiguousPolicy",
            "two more above",
            all(
                addPolicy("first", {
                    pattern: "^admin\\.",
                    precedence: 99,
                    applyTo: "streams",
                    definition: { "max-age": "1D" },
                }),
                addPolicy("second", {
                    pattern: "^admin\\.gateway$",
                    precedence: 99,
                    definition: { "max-length-bytes": 1 },
                }),
            ),
        ],
        [
            "ambiguousPolicy",
            "two operator policies",
            all(
                addOperatorPolicy("a", { applyTo: "queues", definition: { "max-length-bytes": 1_000 } }),
                addOperatorPolicy("b", { applyTo: "queues", definition: { "max-length-bytes": 2_000 } }),
            ),
        ],
        [
            "shadowedPolicy",
            "an emergency policy that sets less",
            addPolicy("emergency", {
                pattern: "^result-processor$",
                precedence: 99,
                definition: { "max-length": 5 },
            }),
        ],
        [
            "shadowedPolicy",
            "one for everything that sets more, below",
            addPolicy("base", {
                applyTo: "quorum_queues",
                precedence: 1,
                definition: { "message-ttl": 60_000 },
            }),
        ],
        [
            "unanchoredPolicy",
            "a queue's name without anchors",
            editPolicy("queue.result-processor", { pattern: "result-processor" }),
        ],
        [
            "unanchoredPolicy",
            "a queue's name without an end",
            editPolicy("queue.analyzer-orchestrator", { pattern: "^analyzer-orchestrator" }),
        ],
        [
            "unanchoredPolicy",
            "a name without a beginning",
            editPolicy("queue.analyzer.links", { pattern: "analyzer.links" }),
        ],
        [
            "unusedPolicy",
            "a policy for a queue with another name",
            editPolicy("queue.analyzer.links", { pattern: "^analyser\\.links$" }),
        ],
        [
            "unusedPolicy",
            "a policy for a queue of another type",
            editPolicy("queue.result-processor", { applyTo: "streams" }),
        ],
        [
            "unusedPolicy",
            "an operator policy for nothing",
            addOperatorPolicy("caps", { pattern: "^none$", definition: { "max-length": 1 } }),
        ],
        [
            "largeStreamSegment",
            "segments of the default size",
            set("admin.gateway", { "stream-max-segment-size-bytes": 500_000_000 }),
        ],
        [
            "overriddenArgument",
            "a bound twice",
            editQueue("result-processor", { arguments: { "x-max-length": 7 } }),
        ],
        [
            "overriddenArgument",
            "a dead-letter exchange twice",
            editQueue("analyzer.links", { arguments: { "x-dead-letter-exchange": "spot.unrouted" } }),
        ],
        [
            "immutableArgument",
            "a TTL by argument",
            editQueue("result-processor", { arguments: { "x-message-ttl": 700_000_000 } }),
        ],
        [
            "immutableArgument",
            "a bound by argument",
            editQueue("admin.gateway", { arguments: { "x-max-age": "1D" } }),
        ],
        [
            "inapplicablePolicy",
            "a stream's key on a quorum queue",
            set("result-processor", { "max-age": "1D" }),
        ],
        [
            "inapplicablePolicy",
            "a quorum queue's key on a classic one",
            set("notifications.status", { "delivery-limit": 3 }),
        ],
        [
            "inapplicablePolicy",
            "two keys on a stream",
            set("admin.gateway", { "message-ttl": 1, overflow: "drop-head" }),
        ],
        [
            "inapplicableArgument",
            "priorities on a quorum queue",
            editQueue("result-processor", { arguments: { "x-max-priority": 5 } }),
        ],
        [
            "inapplicableArgument",
            "a delivery limit on a classic queue",
            editQueue("notifications.status", { arguments: { "x-delivery-limit": 5 } }),
        ],
        [
            "inapplicableArgument",
            "a length on a stream",
            editQueue("admin.gateway", { arguments: { "x-max-length": 5 } }),
        ],
        ["unknownSetting", "a misspelt key in a policy", set("unrouted", { "max-lenght": 1 })],
        [
            "unknownSetting",
            "a misspelt argument",
            editQueue("unrouted", { arguments: { "x-dead-letter-exchagne": "spot.unrouted" } }),
        ],
        [
            "unknownSetting",
            "a misspelt argument of an exchange",
            editExchange("spot.admin", { arguments: { "alternate-exchagne": "spot.unrouted" } }),
        ],
        [
            "unavailableSetting",
            "mirroring, which no supported version has",
            set("result-processor", { "ha-mode": "all" }),
        ],
        ["misplacedSetting", "priorities by policy", set("notifications.status", { "max-priority": 5 })],
        [
            "misplacedSetting",
            "dead letters by operator policy",
            addOperatorPolicy("dead", {
                applyTo: "quorum_queues",
                definition: { "dead-letter-exchange": "spot.unrouted" },
            }),
        ],
        [
            "misplacedSetting",
            "an alternate exchange by operator policy",
            addOperatorPolicy("lost", { definition: { "alternate-exchange": "spot.unrouted" } }),
        ],
        [
            "misplacedSetting",
            "a federation by argument",
            editQueue("result-processor", { arguments: { "x-federation-upstream": "a" } }),
        ],
        [
            "ineffectiveSetting",
            "dead letters of exchanges",
            addPolicy("dead", {
                pattern: "^spot\\.admin$",
                applyTo: "exchanges",
                definition: { "dead-letter-exchange": "spot.dead-letter" },
            }),
        ],
        [
            "ineffectiveSetting",
            "an alternate exchange of queues",
            set("result-processor", { "alternate-exchange": "spot.unrouted" }),
        ],
        [
            "ineffectiveSetting",
            "a stream's setting that a quorum queue ignores",
            set("result-processor", { "stream-filter-size-bytes": 32 }),
        ],
        [
            "invalidPattern",
            "a policy's pattern with an open bracket",
            editPolicy("queue.unrouted", { pattern: "^(unrouted$" }),
        ],
        ["invalidPattern", "a permission's pattern with only a star", permit("gateway", { write: "*" })],
        [
            "invalidPattern",
            "a pattern with a back reference, which is not supported",
            addPolicy("twice", { pattern: "^(a)\\1$", definition: { "max-length": 5 } }),
        ],
        ["invalidValue", "a TTL as text", set("notifications.status", { "message-ttl": "60000" })],
        ["invalidValue", "a TTL with a fraction", set("notifications.status", { "message-ttl": 0.5 })],
        ["invalidValue", "a negative length", set("result-processor", { "max-length": -1 })],
        ["invalidValue", "an overflow that does not exist", set("result-processor", { overflow: "reject" })],
        ["invalidValue", "a retention without a unit", set("admin.gateway", { "max-age": 7 })],
        [
            "invalidValue",
            "a TTL of more than ten years by argument",
            editQueue("result-processor", { arguments: { "x-message-ttl": 400_000_000_000 } }),
        ],
        [
            "invalidValue",
            "a TTL that JavaScript cannot hold",
            editQueue("result-processor", { arguments: { "x-message-ttl": Number("99999999999999999999") } }),
        ],
        [
            "invalidValue",
            "a single active consumer as text",
            editQueue("result-processor", { arguments: { "x-single-active-consumer": "true" } }),
        ],
        [
            "invalidValue",
            "a stream of no replica",
            editQueue("admin.gateway", { arguments: { "x-initial-cluster-size": 0 } }),
        ],
        [
            "invalidValue",
            "a segment size as text",
            editQueue("admin.gateway", { arguments: { "x-stream-max-segment-size-bytes": "huge" } }),
        ],
        ["invalidValue", "a filter of five bytes", set("admin.gateway", { "stream-filter-size-bytes": 5 })],
        [
            "invalidValue",
            "an alternate exchange that is a list",
            editExchange("spot.admin", { arguments: { "alternate-exchange": ["spot.unrouted"] } }),
        ],
        [
            "invalidValue",
            "a third storage version of classic queues",
            editQueue("notifications.status", { arguments: { "x-queue-version": 3 } }),
        ],
        [
            "refusedPolicy",
            "two settings for the upstream",
            set("result-processor", { "federation-upstream": "a", "federation-upstream-set": "all" }),
        ],
        [
            "operatorPolicyOverride",
            "a cap below a bound",
            addOperatorPolicy("caps", {
                applyTo: "queues",
                pattern: "^result-processor$",
                precedence: 1,
                definition: { "max-length": 10 },
            }),
        ],
        [
            "operatorPolicyOverride",
            "more replicas than an argument with another name sets",
            all(
                editQueue("result-processor", { arguments: { "x-quorum-target-group-size": 5 } }),
                addOperatorPolicy("grow", {
                    pattern: "^result-processor$",
                    precedence: 99,
                    definition: { "target-group-size": 7 },
                }),
            ),
        ],
        [
            "overriddenArgument",
            "a key of dead letters twice, without dead letters",
            all(
                editQueue("result-processor.dlq", { arguments: { "x-dead-letter-routing-key": "a" } }),
                set("result-processor.dlq", { "dead-letter-routing-key": "b" }),
            ),
        ],
        [
            "unsupportedOverflow",
            "rejecting and dead-lettering on a quorum queue",
            set("result-processor", { overflow: "reject-publish-dlx" }),
        ],
        [
            "missingOperatorPolicy",
            "an unbounded queue without an operator policy",
            all(uncap, unset("result-processor", "max-length", "max-length-bytes")),
        ],
    ]),
    ...mutationsOf(
        ["spot on 4.3", "spot in prod"],
        [
            [
                "ineffectiveSetting",
                "the longest delay of a retry that is switched off",
                set("result-processor", { "delayed-retry-type": "disabled" }),
            ],
            [
                "refusedPolicy",
                "delayed retry without a first delay",
                addPolicy("retry", { definition: { "delayed-retry-type": "all" } }),
            ],
            [
                "refusedPolicy",
                "a longest delay below the first",
                addOperatorPolicy("retry", {
                    definition: { "delayed-retry-min": 5_000, "delayed-retry-max": 10 },
                }),
            ],
            [
                "invalidValue",
                "the first storage version of classic queues, which was removed",
                editQueue("notifications.status", { arguments: { "x-queue-version": 1 } }),
            ],
            [
                "unavailableSetting",
                "lazy mode, which was removed",
                editQueue("notifications.status", { arguments: { "x-queue-mode": "lazy" } }),
            ],
            [
                "unavailableSetting",
                "the policies of 4.3 on 4.0",
                (topology) => ({ ...topology, brokerVersion: "4.0" }),
            ],
        ],
    ),
    ...mutationsOf(
        ["spot on 4.0"],
        [
            [
                "invalidValue",
                "a mode that no queue has",
                editQueue("notifications.status", { arguments: { "x-queue-mode": "fast" } }),
            ],
            [
                "unavailableSetting",
                "delayed retry by policy on 4.0",
                set("result-processor", { "delayed-retry-type": "all" }),
            ],
            [
                "unavailableSetting",
                "delayed retry by argument on 4.0",
                editQueue("result-processor", { arguments: { "x-delayed-retry-type": "all" } }),
            ],
        ],
    ),
    ...mutationsOf(
        ["shop"],
        [
            ["unavailableSetting", "delayed retry on 4.2", set("invoices", { "delayed-retry-min": 1_000 })],
            [
                "unusedPolicy",
                "a policy for nothing",
                addPolicy("old", { pattern: "^bills$", definition: { "max-length": 1 } }),
            ],
            [
                "shadowedPolicy",
                "a policy for everything that is overridden",
                addPolicy("base", { applyTo: "queues", precedence: 1, definition: { expires: 60_000 } }),
            ],
        ],
    ),
    ...mutationsOf(
        ["orders"],
        [
            [
                "unavailableSetting",
                "mirrored queues, which 4.0 removed",
                define("work", (before) => ({ ...before, "ha-mode": "exactly", "ha-params": 2 })),
            ],
            [
                "unknownSetting",
                "a key that may be a plugin's",
                define("work", (before) => ({ ...before, "shards-per-node": 2 })),
            ],
            [
                "ambiguousPolicy",
                "a policy for everything of equal precedence",
                addPolicy("all", { precedence: 10, definition: { "max-length": 5 } }),
            ],
            [
                "shadowedPolicy",
                "a policy for everything below",
                addPolicy("all", { precedence: 1, applyTo: "queues", definition: { "message-ttl": 5 } }),
            ],
            [
                "inapplicablePolicy",
                "one policy for queues of several types",
                all(
                    editPolicy("work", { applyTo: "queues" }),
                    editQueue("orders.audit", { type: "classic" }),
                ),
            ],
            [
                "unanchoredPolicy",
                "a name that others contain",
                addPolicy("paid", { pattern: "paid", definition: { "max-length": 5 } }),
            ],
            [
                "unusedPolicy",
                "a policy for deleted queues",
                addPolicy("old", { pattern: "^shipping\\.", definition: { "max-length": 5 } }),
            ],
            [
                "immutableArgument",
                "a dead-letter exchange by argument",
                editQueue("orders.paid", { arguments: { "x-dead-letter-exchange": "orders.dead" } }),
            ],
            [
                "overriddenArgument",
                "a length twice",
                editQueue("orders.paid", { arguments: { "x-max-length": 5 } }),
            ],
            [
                "unknownSetting",
                "a misspelt argument",
                editQueue("orders.paid", { arguments: { "x-mesage-ttl": 5 } }),
            ],
            [
                "unavailableSetting",
                "a delay that 4.1 does not have",
                define("work", (before) => ({ ...before, "delayed-retry-min": 5 })),
            ],
            [
                "operatorPolicyOverride",
                "a cap below a bound",
                addOperatorPolicy("caps", { applyTo: "queues", definition: { "max-length": 10 } }),
            ],
        ],
    ),
    ...mutationsOf(
        ["telemetry"],
        [
            [
                "inapplicablePolicy",
                "a retention for every queue",
                editPolicy("retention", {
                    applyTo: "queues",
                    pattern: ".*",
                    definition: { "max-age": "7D", "max-length-bytes": 1_000 },
                }),
            ],
            [
                "inapplicableArgument",
                "a TTL on a stream",
                editQueue("readings.log", { arguments: { "x-message-ttl": 5 } }),
            ],
            [
                "ineffectiveSetting",
                "a timeout for consumers of a classic queue",
                addPolicy("timeout", {
                    pattern: "^readings\\.live$",
                    definition: { "consumer-timeout": 60_000 },
                }),
            ],
            [
                "invalidValue",
                "priorities beyond 255",
                editQueue("readings.live", { arguments: { "x-max-priority": 1_000 } }),
            ],
        ],
    ),
];
