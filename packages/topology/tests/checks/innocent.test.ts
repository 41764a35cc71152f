import { describe, expect, it } from "vitest";
import { check } from "../../src/checks/index.ts";
import { compareVersions } from "../../src/checks/versionComparison.ts";
import {
    emptyTopology,
    exchange,
    type PolicyDefinition,
    queue,
    type Topology,
} from "../../src/model/index.ts";
import {
    addExchange,
    addOperatorPolicy,
    addPolicy,
    addQueue,
    addService,
    addUser,
    all,
    bind,
    define,
    type Edit,
    editQueue,
    editService,
    permit,
    permitKeys,
    set,
    unbindKey,
} from "./edits.ts";
import { validTopologies } from "./mutation/validTopologies.ts";

type Row = readonly [rule: string, name: string, edit: Edit];

/** Topologies that are similar to what a rule finds, but not a problem. */
const rows: readonly Row[] = [
    ["ambiguousPolicy", "one more policy above", addPolicy("emergency", { precedence: 99 })],
    ["ambiguousPolicy", "one more policy below", addPolicy("emergency", { precedence: 1 })],
    [
        "ambiguousPolicy",
        "a policy of another virtual host",
        addPolicy("emergency", { precedence: 50, vhost: "other" }),
    ],
    [
        "danglingReference",
        "the default exchange, which always exists",
        set("result-processor", { "dead-letter-exchange": "" }),
    ],
    ["danglingReference", "an exchange that every virtual host has", bind("amq.topic", "unrouted", "#")],
    [
        "danglingReference",
        "a binding to an exchange that exists",
        bind("spot.admin", "spot.unrouted", "#", { destinationType: "exchange" }),
    ],
    [
        "undeclaredDestination",
        "a queue with the name of an exchange that its publisher cannot bind",
        addQueue("spot.notifications"),
    ],
    [
        "undeclaredDestination",
        "a permission for a name that nothing has",
        permit("operator", { write: "^(spot\\.admin|spot\\.retry|spot\\.reports)$" }),
    ],
    [
        "undeclaredDestination",
        "a topic permission that lists its routing keys in another way",
        permitKeys("notifier", "spot.dead-letter", { write: "^notifications\\.(email|webhook)$" }),
    ],
    [
        "unroutedDeadLetters",
        "no binding for the key, but an alternate exchange to a parking queue",
        unbindKey("result-processor"),
    ],
    [
        "unroutedDeadLetters",
        "a headers exchange, whose headers are unknown",
        all(
            addExchange("dead", "headers"),
            bind("dead", "result-processor.dlq", "", { arguments: { "x-match": "any", kind: "invoice" } }),
            set("result-processor", { "dead-letter-exchange": "dead" }),
        ),
    ],
    [
        "unroutedDeadLetters",
        "an exchange that does not exist, which another rule finds",
        set("result-processor", { "dead-letter-exchange": "none" }),
    ],
    [
        "deadLetterCycle",
        "dead letters through the default exchange to another queue",
        set("result-processor", {
            "dead-letter-exchange": "",
            "dead-letter-routing-key": "result-processor.dlq",
        }),
    ],
    [
        "selfDeadLettering",
        "the default exchange with another queue's name",
        set("result-processor", { "dead-letter-exchange": "", "dead-letter-routing-key": "unrouted" }),
    ],
    ["lossyOverflow", "status updates, which may be lost", set("notifications.status", { "max-length": 5 })],
    [
        "unboundedQueue",
        "a bound that only an operator policy sets",
        all(
            define("queue.unrouted", () => ({ "delivery-limit": -1 })),
            addOperatorPolicy("caps", {
                applyTo: "queues",
                pattern: "^unrouted$",
                definition: { "max-length-bytes": 5 },
            }),
        ),
    ],
    [
        "shadowedPolicy",
        "a policy with a higher precedence that repeats every key",
        addPolicy("emergency", {
            pattern: "^unrouted$",
            precedence: 99,
            definition: {
                "max-length": 5,
                "max-length-bytes": 5,
                overflow: "reject-publish",
                "delivery-limit": -1,
                "queue-leader-locator": "balanced",
            },
        }),
    ],
    [
        "unanchoredPolicy",
        "an intended prefix",
        addPolicy("prefix", { pattern: "^analyzer\\.", definition: {} }),
    ],
    ["unanchoredPolicy", "everything", addPolicy("everything", { pattern: ".*", definition: {} })],
    [
        "unavailableSetting",
        "a key of no known feature, which another rule finds",
        addPolicy("p", { definition: { x: 1 } }),
    ],
    [
        "invalidValue",
        "a number that JavaScript cannot store exactly",
        editQueue("unrouted", { arguments: { "x-max-length-bytes": Number("9223372036854775807") } }),
    ],
    ["invalidValue", "a TTL of twenty years by policy", set("unrouted", { "message-ttl": 630_720_000_000 })],
    ["invalidValue", "no limit in other words", set("result-processor", { "delivery-limit": -5 })],
    [
        "refusedPolicy",
        "disabled delayed retry",
        addPolicy("retry", { definition: { "delayed-retry-type": "disabled" } }),
    ],
    [
        "ineffectiveSetting",
        "settings of queues and exchanges in a policy for everything",
        addPolicy("p", {
            pattern: "^new",
            definition: { "alternate-exchange": "spot.unrouted", "max-length": 5 },
        }),
    ],
    ...["(?i)^unrouted$", "^(?P<n>unrouted)$", "^(?i:unrouted)$", "^(?>unrouted)$", "^\\Qunrouted\\E$"].map(
        (pattern): Row => [
            "invalidPattern",
            `a pattern in Perl's words, ${pattern}`,
            addPolicy("p", { pattern }),
        ],
    ),
    [
        "unknownSetting",
        "an exchange's key in a policy for everything",
        addPolicy("p", { definition: { "alternate-exchange": "spot.unrouted" } }),
    ],
    [
        "missingPlugin",
        "a type of each plugin that RabbitMQ ships, and an unknown one",
        all(
            ...["x-consistent-hash", "x-random", "x-recent-history", "x-jms-topic", "x-own"].map((type) =>
                addExchange(type, type as `x-${string}`),
            ),
        ),
    ],
    [
        "unknownSetting",
        "the argument that the stream plugin gives to the exchange of a super stream",
        addExchange("lanes", "direct", { arguments: { "x-super-stream": true } }),
    ],
    [
        "unknownSetting",
        "an argument that a plugin's exchange needs",
        addExchange("later", "x-delayed-message", { arguments: { "x-delayed-type": "direct" } }),
    ],
    [
        "unroutedPublication",
        "an exchange that does not exist, which another rule finds",
        editService("gateway", ({ publishes }) => ({
            publishes: publishes.map((each) => ({ ...each, exchange: "none" })),
        })),
    ],
    ["invalidName", "the longest name", addQueue("x".repeat(255))],
    ["unportableName", "digits among others", addQueue("2024.q")],
    ["duplicateName", "an exchange with a queue's name", addExchange("unrouted", "topic")],
    [
        "duplicateName",
        "the same name in another virtual host",
        (topology) => ({
            ...topology,
            exchanges: [...topology.exchanges, exchange("other", "spot.admin", "topic")],
        }),
    ],
    [
        "exchangeCycle",
        "an exchange bound to another",
        bind("spot.admin", "spot.analysis", "admin.#", { destinationType: "exchange" }),
    ],
    ["redundantBinding", "two patterns that only overlap", bind("spot.analysis", "unrouted", "*.job.links")],
    ["literalWildcard", "a wildcard as a word", bind("spot.analysis", "unrouted", "*.job.#")],
    [
        "ignoredPriority",
        "urgent messages for a classic queue that has priorities",
        all(editQueue("analyzer-orchestrator", { type: "classic", arguments: { "x-max-priority": 5 } })),
    ],
    ["unusedUser", "a user with its service", all(addService("archiver", {}), addUser("archiver"))],
    ["missingPermission", "a service that does nothing", addService("idle", {})],
];

describe("a topology without the problem of a rule", () => {
    it.each(rows)("%s reports nothing for %s", (rule, _, edit) => {
        expect(check(edit(validTopologies["spot on 4.3"])).filter((each) => each.rule === rule)).toEqual([]);
    });
});

it("reports keys such as toString as unknown", () => {
    const broken = all(
        addPolicy("p", { definition: { toString: 1, constructor: "a" } }),
        editQueue("unrouted", { arguments: { valueOf: 1, "x-valueOf": 1 } }),
        addQueue("toString"),
    )(validTopologies["spot on 4.3"]);
    expect(check(broken).filter(({ rule }) => rule === "unknownSetting")).toHaveLength(4);
});

describe("an export", () => {
    const exported = (definition: PolicyDefinition): Topology => ({
        ...emptyTopology("4.3"),
        vhosts: [{ name: "v" }],
        queues: [queue("v", "q", "quorum")],
        policies: [{ vhost: "v", name: "p", pattern: "^q$", applyTo: "queues", precedence: 0, definition }],
    });

    it.each<readonly [rule: string, definition: PolicyDefinition, count: number]>([
        ["lossyOverflow", { "max-length": 5 }, 1],
        ["lossyOverflow", { "max-length": 5, overflow: "drop-head" }, 0],
        ["missingDeliveryLimit", { "delivery-limit": -1, "dead-letter-exchange": "" }, 1],
        ["missingDeliveryLimit", { "delivery-limit": -1 }, 0],
    ])("has its explicit choices respected: %s with %j: %i", (rule, definition, count) => {
        expect(check(exported(definition)).filter((each) => each.rule === rule)).toHaveLength(count);
    });
});

describe("another version", () => {
    const valid = validTopologies["spot on 4.0"];

    it("refuses settings of 4.3 on 4.0", () => {
        const findings = check(validTopologies["spot on 4.3"], { target: "4.0" });
        expect(
            new Set(findings.filter(({ severity }) => severity === "error").map(({ rule }) => rule)),
        ).toEqual(new Set(["brokenRetry", "unavailableSetting"]));
    });

    it("reports only notes for a topology of 4.0 on 4.3, with what changes", () => {
        const findings = check(valid, { target: "4.3" });
        expect(findings.filter(({ severity }) => severity !== "note")).toEqual([]);
        expect(new Set(findings.map(({ rule }) => rule))).toEqual(
            new Set(["changedBehaviour", "missingVhostLimits"]),
        );
        expect(findings.map(({ message }) => message)).toContain(
            "new in RabbitMQ 4.3: Quorum queues deliver 32 priorities in strict order; before, they had two levels, served 2:1",
        );
    });

    it("reports the changes of messages and metadata from 4.1 to 4.2", () => {
        const messages = check({ ...valid, brokerVersion: "4.1" }, { target: "4.2" })
            .filter(({ rule }) => rule === "changedBehaviour")
            .map(({ message }) => message);
        expect(messages).toEqual([
            "new in RabbitMQ 4.2: A mandatory reply to a disconnected requester counts as routed; before, it was returned to its sender",
            "new in RabbitMQ 4.2: A new cluster stores its metadata in Khepri, so a majority of its nodes must be available; an upgraded cluster keeps its metadata store",
            "new in RabbitMQ 4.2: An AMQP 1.0 message without a header is transient; before, it was durable",
        ]);
    });

    it.each([
        ["4.2", "4.3", "no longer applies", "was"],
        ["4.3", "4.2", "also applies", "is"],
    ] as const)(
        "reports from %s to %s which queues gain or lose the default consumer timeout",
        (own, target, verb, tense) => {
            const broken = all(addQueue("a", "classic"), addQueue("b", "stream"))(valid);
            const timeouts = (topology: Topology): readonly string[] =>
                check({ ...topology, brokerVersion: own }, { target })
                    .map(({ message }) => message)
                    .filter((each) => each.includes('"consumer-timeout" to'));
            expect(timeouts(broken)).toEqual([
                `RabbitMQ ${target} ${verb} "consumer-timeout" to classic and stream queues, whose default ${tense} 1800000`,
            ]);
            const quorum = broken.queues.filter(({ type }) => type === "quorum");
            expect(timeouts({ ...broken, queues: quorum })).toEqual([]);
        },
    );

    it("does not mark a value as new if both versions refuse it, although they accept different values", () => {
        const broken = editQueue("notifications.status", { arguments: { "x-queue-version": 7 } })(valid);
        const { findings, stateOf } = compareVersions(broken, "4.3");
        expect(findings.filter(({ rule }) => rule === "invalidValue").map(stateOf)).toEqual(["unchanged"]);
    });

    it("reports before the upgrade that the new version will refuse a queue", () => {
        const broken = editQueue("notifications.status", { durable: false })(valid);
        expect(check(broken).filter(({ rule }) => rule === "refusedQueue")).toEqual([]);
        expect(check(broken, { target: "4.3" }).filter(({ rule }) => rule === "refusedQueue")).toHaveLength(
            1,
        );
    });
});
