import { describe, expect, it } from "vitest";
import { check } from "../../../src/checks/index.js";
import { exchange } from "../../../src/model/index.js";
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
} from "./edits.js";
import { soundTopologies } from "./mutation/sound.js";

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
    ["deadLetterPath", "no binding for the key, but an alternate that parks", unbindKey("result-processor")],
    [
        "deadLetterPath",
        "a headers exchange, which looks at what the sender says",
        all(
            addExchange("dead", "headers"),
            bind("dead", "result-processor.dlq", "", { arguments: { "x-match": "any", kind: "invoice" } }),
            set("result-processor", { "dead-letter-exchange": "dead" }),
        ),
    ],
    [
        "deadLetterPath",
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
        "selfDeadLetter",
        "the default exchange with another queue's name",
        set("result-processor", { "dead-letter-exchange": "", "dead-letter-routing-key": "unrouted" }),
    ],
    ["droppingQueue", "status updates, which may be lost", set("notifications.status", { "max-length": 5 })],
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
    ["loosePolicy", "a prefix on purpose", addPolicy("prefix", { pattern: "^analyzer\\.", definition: {} })],
    ["loosePolicy", "everything", addPolicy("everything", { pattern: ".*", definition: {} })],
    [
        "missingFeature",
        "a key of no known feature, which is another rule's",
        addPolicy("p", { definition: { x: 1 } }),
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
    ["unusableName", "the longest name", addQueue("x".repeat(255))],
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
    ["shadowedBinding", "two patterns that only overlap", bind("spot.analysis", "unrouted", "*.job.links")],
    ["literalWildcard", "a wildcard as a word", bind("spot.analysis", "unrouted", "*.job.#")],
    [
        "ignoredUrgency",
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
        ).toEqual(new Set(["brokenRetry", "missingFeature"]));
    });

    it("takes a topology of 4.0 to 4.3 without an error or warning, and tells what changes", () => {
        const findings = check(sound, { target: "4.3" });
        expect(findings.filter(({ severity }) => severity !== "note")).toEqual([]);
        expect(new Set(findings.map(({ rule }) => rule))).toEqual(
            new Set(["changedBehaviour", "unlimitedVhost"]),
        );
        expect(findings.map(({ message }) => message)).toContain(
            "RabbitMQ 4.3 begins this: Quorum queues serve 32 priorities strictly in order; before, two levels, 2:1",
        );
    });

    it("tells before the upgrade that a queue will be refused", () => {
        const broken = editQueue("notifications.status", { durable: false })(sound);
        expect(check(broken).filter(({ rule }) => rule === "refusedQueue")).toEqual([]);
        expect(check(broken, { target: "4.3" }).filter(({ rule }) => rule === "refusedQueue")).toHaveLength(
            1,
        );
    });
});
