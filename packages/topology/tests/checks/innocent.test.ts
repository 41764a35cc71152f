import { describe, expect, it } from "vitest";
import { renderFinding } from "../../src/checks/finding.ts";
import { check } from "../../src/checks/index.ts";
import { compareVersions } from "../../src/checks/versionComparison.ts";
import { exchange, type Topology } from "../../src/model/index.ts";
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
    set,
    unbindKey,
} from "./edits.ts";
import { soundTopologies } from "./mutation/sound.ts";

type Row = readonly [rule: string, name: string, edit: Edit];

/** Looks like what a rule is about and is none of its business. */
const rows: readonly Row[] = [
    ["ambiguousPolicy", "one more policy above", addPolicy("emergency", { precedence: 99 })],
    ["ambiguousPolicy", "one more policy below", addPolicy("emergency", { precedence: 1 })],
    [
        "ambiguousPolicy",
        "one of another virtual host",
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
        "unroutedDeadLetters",
        "no binding for the key, but an alternate that parks",
        unbindKey("result-processor"),
    ],
    [
        "unroutedDeadLetters",
        "a headers exchange, which looks at what the sender says",
        all(
            addExchange("dead", "headers"),
            bind("dead", "result-processor.dlq", "", { arguments: { "x-match": "any", kind: "invoice" } }),
            set("result-processor", { "dead-letter-exchange": "dead" }),
        ),
    ],
    [
        "unroutedDeadLetters",
        "an exchange that does not exist, which is another rule's",
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
        "a bound that only an operator sets",
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
        "a policy above that repeats every key",
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
        "a prefix on purpose",
        addPolicy("prefix", { pattern: "^analyzer\\.", definition: {} }),
    ],
    ["unanchoredPolicy", "everything", addPolicy("everything", { pattern: ".*", definition: {} })],
    [
        "unavailableSetting",
        "a key of no known feature, which is another rule's",
        addPolicy("p", { definition: { x: 1 } }),
    ],
    [
        "invalidValue",
        "a number that only the broker can hold",
        editQueue("unrouted", { arguments: { "x-max-length-bytes": Number("9223372036854775807") } }),
    ],
    ["invalidValue", "a TTL of twenty years by policy", set("unrouted", { "message-ttl": 630_720_000_000 })],
    ["invalidValue", "no limit in other words", set("result-processor", { "delivery-limit": -5 })],
    [
        "refusedPolicy",
        "delayed retry that is switched off",
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
        "unknownSetting",
        "an argument that a plugin's exchange needs",
        addExchange("later", "x-delayed-message", { arguments: { "x-delayed-type": "direct" } }),
    ],
    [
        "unroutedPublication",
        "an exchange that does not exist, which is another rule's",
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
        "an exchange that feeds another",
        bind("spot.admin", "spot.analysis", "admin.#", { destinationType: "exchange" }),
    ],
    ["redundantBinding", "two patterns that only overlap", bind("spot.analysis", "unrouted", "*.job.links")],
    ["literalWildcard", "a wildcard as a word", bind("spot.analysis", "unrouted", "*.job.#")],
    [
        "ignoredPriority",
        "urgent messages for a classic queue that has priorities",
        all(editQueue("analyzer-orchestrator", { type: "classic", arguments: { "x-max-priority": 4 } })),
    ],
    ["unusedUser", "a user with its service", all(addService("archiver", {}), addUser("archiver"))],
    ["missingPermission", "a service that does nothing", addService("idle", {})],
];

describe("what a rule is not about", () => {
    it.each(rows)("%s keeps silent on %s", (rule, _, edit) => {
        expect(check(edit(soundTopologies["spot on 4.3"])).filter((each) => each.rule === rule)).toEqual([]);
    });
});

it("takes keys that every object answers to for unknown ones", () => {
    const broken = all(
        addPolicy("p", { definition: { toString: 1, constructor: "a" } }),
        editQueue("unrouted", { arguments: { valueOf: 1, "x-valueOf": 1 } }),
        addQueue("toString"),
    )(soundTopologies["spot on 4.3"]);
    expect(check(broken).filter(({ rule }) => rule === "unknownSetting")).toHaveLength(4);
});

describe("another version", () => {
    const sound = soundTopologies["spot on 4.0"];

    it("refuses 4.0 what only 4.3 has", () => {
        const findings = check(soundTopologies["spot on 4.3"], { target: "4.0" });
        expect(
            new Set(findings.filter(({ severity }) => severity === "error").map(({ rule }) => rule)),
        ).toEqual(new Set(["brokenRetry", "unavailableSetting"]));
    });

    it("takes a topology of 4.0 to 4.3 without an error or warning, and tells what changes", () => {
        const findings = check(sound, { target: "4.3" });
        expect(findings.filter(({ severity }) => severity !== "note")).toEqual([]);
        expect(new Set(findings.map(({ rule }) => rule))).toEqual(
            new Set(["changedBehaviour", "missingVhostLimits"]),
        );
        expect(findings.map(({ message }) => message)).toContain(
            "new in RabbitMQ 4.3: Quorum queues deliver 32 priorities in strict order; before, they had two levels, served 2:1",
        );
    });

    it("tells from 4.1 to 4.2 what its release notes tell of messages and metadata", () => {
        const messages = check({ ...sound, brokerVersion: "4.1" }, { target: "4.2" })
            .filter(({ rule }) => rule === "changedBehaviour")
            .map(({ message }) => message);
        expect(messages).toEqual([
            "new in RabbitMQ 4.2: A mandatory reply to a disconnected requester counts as routed; before, it was returned to its sender",
            "new in RabbitMQ 4.2: A new cluster stores its metadata in Khepri, so a majority of its nodes must be available; an upgraded cluster keeps its metadata store",
            "new in RabbitMQ 4.2: An AMQP 1.0 message without a header is transient; before, it was durable",
        ]);
    });

    it.each([
        ["4.0", "4.3", 1],
        ["4.1", "4.3", 1],
        ["4.2", "4.3", 0],
        ["4.0", "4.2", 0],
        ["4.3", "4.0", 0],
    ] as const)("tells of the way from %s to %s where it leads over 4.2: %i", (own, target, count) => {
        const findings = check({ ...sound, brokerVersion: own }, { target }).map(renderFinding);
        expect(
            findings.filter(
                (each) =>
                    each ===
                    `broker: RabbitMQ ${target} does not support an in-place upgrade from RabbitMQ ${own}; upgrade to the latest 4.2 and enable all its feature flags first, or move to a new cluster`,
            ),
        ).toHaveLength(count);
        expect(findings.filter((each) => each.includes("in place"))).toHaveLength(count);
    });

    it.each([
        ["4.2", "4.3", "no longer acts on", "was"],
        ["4.3", "4.2", "also acts on", "is"],
    ] as const)(
        "tells from %s to %s whose consumers have a time limit that nobody set",
        (own, target, acts, was) => {
            const broken = all(addQueue("a", "classic"), addQueue("b", "stream"))(sound);
            const timeouts = (topology: Topology): readonly string[] =>
                check({ ...topology, brokerVersion: own }, { target })
                    .map(({ message }) => message)
                    .filter((each) => each.includes('"consumer-timeout" of'));
            expect(timeouts(broken)).toEqual([
                `RabbitMQ ${target} ${acts} "consumer-timeout" of classic and stream queues, which ${was} 1800000 where nobody sets it`,
            ]);
            const quorum = broken.queues.filter(({ type }) => type === "quorum");
            expect(timeouts({ ...broken, queues: quorum })).toEqual([]);
        },
    );

    it("does not call a value new that both versions refuse, though one wants another", () => {
        const broken = editQueue("notifications.status", { arguments: { "x-queue-version": 7 } })(sound);
        const { findings, stateOf } = compareVersions(broken, "4.3");
        expect(findings.filter(({ rule }) => rule === "invalidValue").map(stateOf)).toEqual(["unchanged"]);
    });

    it("tells before the upgrade that a queue will be refused", () => {
        const broken = editQueue("notifications.status", { durable: false })(sound);
        expect(check(broken).filter(({ rule }) => rule === "refusedQueue")).toEqual([]);
        expect(check(broken, { target: "4.3" }).filter(({ rule }) => rule === "refusedQueue")).toHaveLength(
            1,
        );
    });
});
