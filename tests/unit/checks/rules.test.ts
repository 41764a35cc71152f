import { describe, expect, it } from "vitest";
import { ambiguousPolicy } from "../../../src/checks/ambiguousPolicy.js";
import { danglingReference } from "../../../src/checks/danglingReference.js";
import { deadLetterPath } from "../../../src/checks/deadLetterPath.js";
import { type Finding, renderFinding } from "../../../src/checks/finding.js";
import { inapplicablePolicy } from "../../../src/checks/inapplicablePolicy.js";
import { type Rule, rules } from "../../../src/checks/index.js";
import { missingFeature } from "../../../src/checks/missingFeature.js";
import { unroutedPublication } from "../../../src/checks/unroutedPublication.js";
import { unusableName } from "../../../src/checks/unusableName.js";
import { binding, brokerVersions, exchange, queue, type Topology } from "../../../src/model/index.js";
import { devTopology } from "../environments.js";
import { found } from "../found.js";
import {
    sound,
    withDefinition,
    without,
    withoutKey,
    withPolicy,
    withQueue,
    withService,
} from "./mutations.js";

type Case = readonly [string, Topology, readonly string[]];

/** The sentences of a rule, which must name itself in each of its findings and call each an error. */
function sentences(rule: Rule, id: string, topology: Topology): readonly string[] {
    const findings: readonly Finding[] = rule(topology);
    expect(findings.filter((each) => each.rule !== id || each.severity !== "error")).toEqual([]);
    return findings.map(renderFinding);
}

describe.each(Object.entries(rules))("%s", (_, rule) => {
    it.each(brokerVersions)("has nothing to say about the dev stack on %s", (version) => {
        expect(rule(devTopology(version))).toEqual([]);
    });
});

it("every rule is tested below", () => {
    expect(Object.keys(rules)).toEqual([
        "ambiguousPolicy",
        "danglingReference",
        "deadLetterPath",
        "inapplicablePolicy",
        "missingFeature",
        "unroutedPublication",
        "unusableName",
    ]);
});

describe("ambiguousPolicy", () => {
    const wayOut = "narrow one pattern, or give one a higher precedence";
    it.each<Case>([
        [
            "a second policy of a queue's precedence",
            withPolicy("emergency", { pattern: "links$", applyTo: "queues", precedence: 50 }),
            [
                `vhost "spot": queue "analyzer.links": policies "queue.analyzer.links", "emergency" match with equal precedence 50; ${wayOut}`,
            ],
        ],
        [
            "a second policy of an exchange's precedence",
            withPolicy("emergency", { pattern: "analysis", precedence: 10 }),
            [
                `vhost "spot": exchange "spot.analysis": policies "exchange.spot.analysis", "emergency" match with equal precedence 10; ${wayOut}`,
            ],
        ],
        [
            "two more above, told once for each object",
            withPolicy(
                "second",
                { pattern: "^admin\\.(gateway|notifier)$", precedence: 99 },
                withPolicy("first", { pattern: "gateway|notifier", precedence: 99, applyTo: "streams" }),
            ),
            ["gateway", "notifier"].map(
                (name) =>
                    `vhost "spot": queue "admin.${name}": policies "first", "second" match with equal precedence 99; ${wayOut}`,
            ),
        ],
        ["one more above: no tie", withPolicy("emergency", { precedence: 99 }), []],
        ["one more below: no tie", withPolicy("emergency", { precedence: 1 }), []],
        [
            "one of another virtual host: no tie",
            withPolicy("emergency", { precedence: 50, vhost: "other" }),
            [],
        ],
    ])("%s", (_, topology, expected) => {
        expect(sentences(ambiguousPolicy, "ambiguousPolicy", topology)).toEqual(expected);
    });
});

describe("danglingReference", () => {
    it.each<Case>([
        [
            "a misspelt dead-letter exchange",
            withDefinition("queue.result-processor", (all) => ({
                ...all,
                "dead-letter-exchange": "spot.dead-leter",
            })),
            [
                'vhost "spot": queue "result-processor": dead-letter exchange "spot.dead-leter" does not exist; did you mean "spot.dead-letter"?',
            ],
        ],
        [
            "a dead-letter exchange by argument",
            withQueue("unrouted", { arguments: { "x-dead-letter-exchange": "nowhere" } }),
            [
                'vhost "spot": queue "unrouted": dead-letter exchange "nowhere" does not exist; declare the exchange or remove the reference',
            ],
        ],
        [
            "the default exchange as dead-letter exchange, which always exists",
            withDefinition("queue.result-processor", (all) => ({ ...all, "dead-letter-exchange": "" })),
            [],
        ],
        [
            "a misspelt alternate exchange",
            withDefinition("exchange.spot.admin", () => ({ "alternate-exchange": "spot.unruoted" })),
            [
                'vhost "spot": exchange "spot.admin": alternate exchange "spot.unruoted" does not exist; did you mean "spot.unrouted"?',
            ],
        ],
        [
            "a binding from nowhere",
            { ...sound, bindings: [binding("spot", "events", "unrouted", "#")] },
            [
                'vhost "spot": binding "events -> unrouted (#)": source "events" does not exist; declare the exchange or remove the reference',
            ],
        ],
        [
            "a binding to a queue that is an exchange",
            { ...sound, bindings: [binding("spot", "spot.admin", "spot.unrouted", "#")] },
            [
                'vhost "spot": binding "spot.admin -> spot.unrouted (#)": destination "spot.unrouted" does not exist; declare the queue or remove the reference',
            ],
        ],
        [
            "a binding to an exchange that exists",
            {
                ...sound,
                bindings: [
                    binding("spot", "spot.admin", "spot.unrouted", "#", { destinationType: "exchange" }),
                ],
            },
            [],
        ],
        [
            "a service that publishes to nowhere",
            withService("gateway", (each) => ({
                ...each,
                publishes: each.publishes.map((one) => ({ ...one, exchange: "spot.analysys" })),
                consumes: [],
            })),
            [
                'service "gateway": exchange "spot.analysys" does not exist; did you mean "spot.analysis"?',
                'service "gateway": exchange "spot.analysys" does not exist; did you mean "spot.analysis"?',
            ],
        ],
        [
            "a service that consumes and inspects nothing known",
            withService("notifier", (each) => ({
                ...each,
                consumes: each.consumes.slice(0, 1).map((one) => ({ ...one, queue: "notifications.emails" })),
                inspects: ["x"],
            })),
            [
                'service "notifier": queue "notifications.emails" does not exist; did you mean "notifications.email"?',
                'service "notifier": queue "x" does not exist; declare the queue or remove the reference',
            ],
        ],
        [
            "a permission of nobody",
            { ...sound, users: sound.users.filter(({ name }) => name !== "monitoring") },
            [
                'vhost "spot": permission "monitoring": user "monitoring" does not exist; declare the user or remove the reference',
            ],
        ],
        [
            "an exchange in an unknown virtual host",
            { ...sound, exchanges: [...sound.exchanges, exchange("sport", "stray", "topic")] },
            ['object "stray": virtual host "sport" does not exist; did you mean "spot"?'],
        ],
    ])("%s", (_, topology, expected) => {
        expect(sentences(danglingReference, "danglingReference", topology)).toEqual(expected);
    });
});

describe("deadLetterPath", () => {
    const circleFix = "let the last queue of the path have no dead-letter exchange";
    const toResults = {
        "dead-letter-exchange": "spot.analysis",
        "dead-letter-routing-key": "analyze.result",
    };
    const place = 'vhost "spot": queue "result-processor"';
    const noAlternate = withDefinition("exchange.spot.dead-letter", () => ({}));
    it.each<Case>([
        [
            "no dead-letter exchange",
            withDefinition("queue.result-processor", without("dead-letter-exchange")),
            [
                `${place}: has no dead-letter exchange, so rejected and expired messages are dropped; set "dead-letter-exchange" in the policy of the queue`,
            ],
        ],
        [
            "no binding for the key, and no alternate",
            withoutKey("result-processor", noAlternate),
            [
                `${place}: dead letters of "result-processor" reach no queue through exchange "spot.dead-letter" with "result-processor"; bind a dead-letter queue to "spot.dead-letter" with that key`,
            ],
        ],
        ["no binding for the key, but an alternate that parks", withoutKey("result-processor"), []],
        [
            "no key, and the message's own is not bound",
            withDefinition("queue.result-processor", without("dead-letter-routing-key"), noAlternate),
            [
                `${place}: dead letters of "result-processor" reach no queue through exchange "spot.dead-letter" with "analyze.result"; bind a dead-letter queue to "spot.dead-letter" with that key`,
            ],
        ],
        [
            "no key at all",
            withoutKey(
                "analyze.result",
                withDefinition("queue.result-processor", without("dead-letter-routing-key")),
            ),
            [
                `${place}: dead letters of "result-processor" reach no queue through exchange "spot.dead-letter" with no key; bind a dead-letter queue to "spot.dead-letter" with that key`,
            ],
        ],
        [
            "back into the same queue",
            withDefinition("queue.result-processor", (all) => ({ ...all, ...toResults })),
            [`${place}: dead letters go in a circle: result-processor -> result-processor; ${circleFix}`],
        ],
        [
            "back from the dead-letter queue",
            withDefinition("queue.result-processor.dlq", (all) => ({ ...all, ...toResults })),
            [
                `${place}: dead letters go in a circle: result-processor -> result-processor.dlq -> result-processor; ${circleFix}`,
            ],
        ],
        [
            "on from the dead-letter queue into nothing",
            withDefinition(
                "queue.result-processor.dlq",
                (all) => ({
                    ...all,
                    "dead-letter-exchange": "spot.dead-letter",
                    "dead-letter-routing-key": "x",
                }),
                noAlternate,
            ),
            [
                `${place}: dead letters of "result-processor.dlq" reach no queue through exchange "spot.dead-letter" with "x"; bind a dead-letter queue to "spot.dead-letter" with that key`,
            ],
        ],
    ])("%s", (_, topology, expected) => {
        expect(sentences(deadLetterPath, "deadLetterPath", topology)).toEqual(expected);
    });
});

describe("inapplicablePolicy", () => {
    const sentence = (name: string, keys: string, type: string): string =>
        `vhost "spot": queue "${name}": policy "queue.${name}" sets ${keys}, which a ${type} queue does not have, so the whole policy does not apply; remove the key, or let the policy apply to another type than ${type}`;
    const also = (name: string, definition: Record<string, string | number>): Topology =>
        withDefinition(`queue.${name}`, (all) => ({ ...all, ...definition }));
    it.each<Case>([
        [
            "a stream's key on a quorum queue",
            also("result-processor", { "max-age": "1D" }),
            [sentence("result-processor", '"max-age"', "quorum")],
        ],
        [
            "a quorum queue's key on a classic one",
            also("notifications.status", { "delivery-limit": 3 }),
            [sentence("notifications.status", '"delivery-limit"', "classic")],
        ],
        [
            "two keys on a stream",
            also("admin.gateway", { "message-ttl": 1, overflow: "drop-head" }),
            [sentence("admin.gateway", '"message-ttl", "overflow"', "stream")],
        ],
        [
            "a key that no queue knows",
            also("unrouted", { "max-lenght": 1 }),
            [sentence("unrouted", '"max-lenght"', "quorum")],
        ],
        ["a policy that loses is not looked at", withPolicy("low", { definition: { "max-age": "1D" } }), []],
    ])("%s", (_, topology, expected) => {
        expect(sentences(inapplicablePolicy, "inapplicablePolicy", topology)).toEqual(expected);
    });
});

describe("missingFeature", () => {
    const wayOut = 'remove the setting, or change "brokerVersion"';
    const unknown = (place: string, key: string, version: string): string =>
        `vhost "spot": ${place}: "${key}" needs RabbitMQ 4.3 and is unknown to RabbitMQ ${version}; ${wayOut}`;
    const onOlder = { ...devTopology("4.2"), brokerVersion: "4.2" } as const;
    const retry = ["delayed-retry-type", "delayed-retry-min", "delayed-retry-max"];
    it.each<Case>([
        [
            "the policies of 4.3 on 4.0, each key of each work queue",
            { ...sound, brokerVersion: "4.0" },
            sound.queues
                .filter(({ purpose }) => purpose === "work")
                .flatMap(({ name }) => retry.map((key) => unknown(`policy "queue.${name}"`, key, "4.0"))),
        ],
        [
            "an argument that 4.2 does not know yet",
            withQueue("unrouted", { arguments: { "x-delayed-retry-type": "all" } }, onOlder),
            [unknown('queue "unrouted"', "delayed-retry-type", "4.2")],
        ],
        [
            "an argument that 4.3 no longer knows",
            withQueue("notifications.status", { arguments: { "x-queue-mode": "lazy" } }),
            [`vhost "spot": queue "notifications.status": "queue-mode" is gone from RabbitMQ 4.3; ${wayOut}`],
        ],
        [
            "the same argument on 4.2, which knows it",
            withQueue("notifications.status", { arguments: { "x-queue-mode": "lazy" } }, onOlder),
            [],
        ],
        ["a key of no known feature is another rule's", withPolicy("p", { definition: { x: 1 } }), []],
    ])("%s", (_, topology, expected) => {
        expect(sentences(missingFeature, "missingFeature", topology)).toEqual(expected);
    });
});

describe("unroutedPublication", () => {
    const sentence = (service: string, message: string, exchangeName: string, key: string): string =>
        `service "${service}": message "${message}" to exchange "${exchangeName}" with key "${key}" reaches no queue; bind a queue to "${exchangeName}" with that key, or stop publishing it`;
    it.each<Case>([
        [
            "a result that nobody takes, though the alternate exchange parks it",
            withoutKey("analyze.result"),
            [sentence("analyzer-orchestrator", "result", "spot.analysis", "analyze.result")],
        ],
        [
            "a call that nobody answers",
            withoutKey("analysis.status"),
            [sentence("gateway", "status", "spot.rpc", "analysis.status")],
        ],
        [
            "findings of every analyzer",
            withoutKey("analyze.finding.*"),
            ["attachments", "content", "headers", "links"].map((name) =>
                sentence(`analyzer.${name}`, "finding", "spot.analysis", `analyze.finding.${name}`),
            ),
        ],
        [
            "a message with a key of one word more",
            withService("result-processor", (each) => ({
                ...each,
                publishes: each.publishes
                    .slice(0, 1)
                    .map((one) => ({ ...one, routingKey: "notify.completed.now" })),
            })),
            [sentence("result-processor", "completed", "spot.notifications", "notify.completed.now")],
        ],
        [
            "an exchange that does not exist is another rule's",
            withService("result-processor", (each) => ({
                ...each,
                publishes: each.publishes.map((one) => ({ ...one, exchange: "none" })),
            })),
            [],
        ],
    ])("%s", (_, topology, expected) => {
        expect(sentences(unroutedPublication, "unroutedPublication", topology)).toEqual(expected);
    });
});

describe("unusableName", () => {
    const wayOut = "choose another name: letters, digits, dots, hyphens and underscores";
    const withNamed = (name: string): Topology => ({
        ...sound,
        queues: [...sound.queues, queue("spot", name, "quorum")],
    });
    const long = "x".repeat(256);
    const longInBytes = "é".repeat(128);
    it.each<Case>([
        ["no name", withNamed(""), [`queue "": has a name of 0 bytes; 1 to 255 are allowed; ${wayOut}`]],
        [
            "a name too long",
            withNamed(long),
            [`queue "${long}": has a name of 256 bytes; 1 to 255 are allowed; ${wayOut}`],
        ],
        [
            "a name too long in bytes only",
            withNamed(longInBytes),
            [`queue "${longInBytes}": has a name of 256 bytes; 1 to 255 are allowed; ${wayOut}`],
        ],
        ["the longest name", withNamed("x".repeat(255)), []],
        [
            "the broker's own prefix",
            withNamed("amq.mine"),
            [`queue "amq.mine": begins with "amq.", which the broker keeps for itself; ${wayOut}`],
        ],
        [
            "digits only",
            withNamed("2024"),
            [`queue "2024": consists of digits only, which the provider would send as a number; ${wayOut}`],
        ],
        ["digits among others", withNamed("2024.q"), []],
        [
            "an @",
            withNamed("a@b"),
            [`queue "a@b": contains characters that ids and patterns cannot carry; ${wayOut}`],
        ],
        [
            "a line break at the end",
            withNamed("a\n"),
            [`queue "a\n": contains characters that ids and patterns cannot carry; ${wayOut}`],
        ],
        ["twice the same", withNamed("unrouted"), [`queue "unrouted": is declared 2 times; ${wayOut}`]],
        [
            "an exchange of a queue's name: no clash",
            { ...sound, exchanges: [...sound.exchanges, exchange("spot", "unrouted", "topic")] },
            [],
        ],
        [
            "a user, a policy, an exchange and a virtual host",
            {
                ...sound,
                vhosts: [...sound.vhosts, { name: "/" }],
                exchanges: [...sound.exchanges, exchange("spot", "amq.x", "topic")],
                policies: [...sound.policies, { ...found(sound.policies[0], "a policy"), name: "a b" }],
                users: [...sound.users, { name: "7", tags: [] }],
            },
            [
                `virtual host "/": contains characters that ids and patterns cannot carry; ${wayOut}`,
                `exchange "amq.x": begins with "amq.", which the broker keeps for itself; ${wayOut}`,
                `policy "a b": contains characters that ids and patterns cannot carry; ${wayOut}`,
                `user "7": consists of digits only, which the provider would send as a number; ${wayOut}`,
            ],
        ],
    ])("%s", (_, topology, expected) => {
        expect(sentences(unusableName, "unusableName", topology)).toEqual(expected);
    });
});
