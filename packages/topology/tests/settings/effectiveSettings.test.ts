import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
    type Arguments,
    type BrokerVersion,
    exchange,
    type Policy,
    type PolicyDefinition,
    type QueueType,
    queue,
} from "../../src/model/index.ts";
import { type EffectiveSettings, effectiveSettings } from "../../src/settings/effective.ts";
import { topologyOf } from "../routing/topologies.ts";

function policy(name: string, rest: Partial<Policy> = {}): Policy {
    return { vhost: "v", name, pattern: ".*", applyTo: "all", precedence: 0, definition: {}, ...rest };
}

function seenAs(
    type: QueueType,
    configured: {
        readonly argument?: Arguments;
        readonly policies?: readonly Policy[];
        readonly operator?: PolicyDefinition;
    },
    version: BrokerVersion = "4.3",
): EffectiveSettings {
    const object = queue("v", "orders", type, { arguments: configured.argument ?? {} });
    const topology = topologyOf({
        queues: [object],
        policies: configured.policies ?? [],
        operatorPolicies:
            configured.operator === undefined ? [] : [policy("cap", { definition: configured.operator })],
    });
    return effectiveSettings(topology, version)(object);
}

describe("which policy applies", () => {
    it("is the highest; the others are shadowed", () => {
        const [low, high] = [policy("low"), policy("high", { precedence: 5 })];
        expect(seenAs("classic", { policies: [low, high] })).toMatchObject({
            policy: high,
            tied: [],
            shadowed: [low],
            dropped: [],
        });
    });

    it("is the first by name if several are tied, and all are reported", () => {
        const [a, b, c] = [policy("a"), policy("b"), policy("c", { precedence: -1 })];
        expect(seenAs("classic", { policies: [b, c, a] })).toMatchObject({
            policy: a,
            tied: [a, b],
            shadowed: [c],
        });
    });

    it("is a lower one where the higher has a key that the queue's type lacks", () => {
        const mixed = policy("mixed", {
            precedence: 9,
            definition: { "delivery-limit": 3, "message-ttl": 1 },
        });
        const plain = policy("plain", { definition: { "message-ttl": 2 } });
        const seen = seenAs("classic", { policies: [mixed, plain] });
        expect(seen).toMatchObject({ policy: plain, dropped: [{ policy: mixed, keys: ["delivery-limit"] }] });
        expect(seen.definition).toEqual({ "message-ttl": 2 });
        expect(seenAs("quorum", { policies: [mixed, plain] }).policy).toBe(mixed);
    });

    it("is missing if no policy matches", () => {
        const seen = seenAs("classic", { policies: [policy("other", { pattern: "^x$" })] });
        expect([seen.policy, seen.tied, seen.shadowed, seen.dropped]).toEqual([undefined, [], [], []]);
    });

    it("is found by name in another virtual host only there", () => {
        const elsewhere = policy("elsewhere", { vhost: "w", pattern: "^orders$" });
        expect(seenAs("classic", { policies: [elsewhere] }).policy).toBeUndefined();
    });
});

describe("who wins where policy and argument both say it", () => {
    it.each<[string, QueueType, unknown, unknown, unknown]>([
        ["message-ttl", "classic", 5, 3, 3],
        ["message-ttl", "quorum", 3, 5, 3],
        ["max-length", "classic", 5, 3, 3],
        ["max-length-bytes", "quorum", 5, 3, 3],
        ["max-length-bytes", "stream", 5, 3, 5],
        ["max-age", "stream", "1D", "2D", "1D"],
        ["dead-letter-exchange", "classic", "policy", "argument", "argument"],
        ["dead-letter-exchange", "quorum", "policy", "argument", "argument"],
        ["overflow", "classic", "reject-publish", "drop-head", "drop-head"],
        ["overflow", "quorum", "reject-publish", "drop-head", "reject-publish"],
        ["queue-leader-locator", "quorum", "balanced", "client-local", "balanced"],
        ["delivery-limit", "quorum", 5, 3, 3],
        ["delivery-limit", "quorum", -1, 3, 3],
        ["delivery-limit", "quorum", 3, -1, 3],
        ["delivery-limit", "quorum", -1, -1, -1],
    ])(
        "%s on a %s queue: %s by policy, %s by argument, %s counts",
        (key, type, byPolicy, byArgument, expected) => {
            const seen = seenAs(type, {
                argument: { [`x-${key}`]: byArgument } as Arguments, // the table's values are plain
                policies: [policy("p", { definition: { [key]: byPolicy } as PolicyDefinition })],
            });
            expect(seen.settings.get(key)?.value).toBe(expected);
        },
    );

    it("reports which source sets a key without effect", () => {
        const seen = seenAs("quorum", {
            argument: { "x-message-ttl": 5 },
            policies: [policy("p", { definition: { "message-ttl": 4 } })],
            operator: { "message-ttl": 3 },
        });
        expect(seen.settings.get("message-ttl")).toEqual({
            key: "message-ttl",
            origin: "operator policy",
            policy: "cap",
            value: 3,
            overridden: [
                { origin: "policy", policy: "p", value: 4 },
                { origin: "argument", value: 5 },
            ],
        });
    });
});

describe("what an operator policy makes of a policy", () => {
    it.each<[string, unknown, unknown, unknown]>([
        ["max-length", 10, 20, 10],
        ["max-length", 20, 10, 10],
        ["overflow", "drop-head", "reject-publish", "reject-publish"],
        ["delivery-limit", -1, 10, 10],
        ["delivery-limit", 5, -1, 5],
        ["target-group-size", 3, 5, 5],
        ["delayed-retry-min", 1_000, 2_000, 2_000],
        ["delayed-retry-max", 1_000, 2_000, 1_000],
    ])("%s: %s and %s make %s", (key, byPolicy, byOperator, expected) => {
        const seen = seenAs("quorum", {
            policies: [policy("p", { definition: { [key]: byPolicy } as PolicyDefinition })], // plain values
            operator: { [key]: byOperator } as PolicyDefinition,
        });
        expect(seen.definition).toEqual({ [key]: expected });
    });
});

describe("what has no effect", () => {
    it.each<[string, QueueType, BrokerVersion, Arguments, PolicyDefinition, readonly string[]]>([
        [
            "at-least-once without reject-publish",
            "quorum",
            "4.3",
            {},
            { "dead-letter-exchange": "dlx", "dead-letter-strategy": "at-least-once" },
            [
                'dead-letter-strategy: at-least-once needs overflow "reject-publish"; the broker falls back to at-most-once',
            ],
        ],
        [
            "dead-letter settings without an exchange",
            "quorum",
            "4.3",
            {},
            { "dead-letter-routing-key": "k", "dead-letter-strategy": "at-most-once" },
            [
                "dead-letter-routing-key: there is no dead-letter exchange",
                "dead-letter-strategy: there is no dead-letter exchange",
            ],
        ],
        [
            "reject-publish-dlx on a quorum queue",
            "quorum",
            "4.3",
            {},
            { overflow: "reject-publish-dlx" },
            [
                'overflow: only classic queues support "reject-publish-dlx"; a quorum queue drops its oldest message',
            ],
        ],
        [
            "delays without a type",
            "quorum",
            "4.3",
            {},
            { "delayed-retry-min": 5 },
            ["delayed-retry-min: delayed retry is disabled"],
        ],
        [
            "a type of delay without a minimum",
            "quorum",
            "4.3",
            { "x-delayed-retry-type": "all" },
            {},
            ["delayed-retry-type: there is no delayed-retry-min"],
        ],
        [
            "an exchange's setting",
            "classic",
            "4.3",
            {},
            { "alternate-exchange": "ae" },
            ["alternate-exchange: it is a setting for exchanges"],
        ],
        [
            "a misspelt argument",
            "classic",
            "4.3",
            { "x-dead-letter-exchagne": "dlx" },
            {},
            ["x-dead-letter-exchagne: no argument with this name is known"],
        ],
        [
            "an argument without the x- before it",
            "quorum",
            "4.3",
            { "message-ttl": 5 },
            {},
            ["message-ttl: no argument with this name is known"],
        ],
        [
            "keys that every object of JavaScript answers to",
            "quorum",
            "4.3",
            { constructor: 1 },
            { toString: "a", valueOf: "b" },
            [
                "toString: no setting with this name is known",
                "valueOf: no setting with this name is known",
                "constructor: no argument with this name is known",
            ],
        ],
        [
            "a key that another type acts on",
            "classic",
            "4.3",
            {},
            { "consumer-timeout": 5 },
            ["consumer-timeout: a classic queue of RabbitMQ 4.3 does not support it"],
        ],
        ["the same on a version where it acted", "classic", "4.2", {}, { "consumer-timeout": 5 }, []],
    ])("%s", (_, type, version, argument, definition, expected) => {
        const seen = seenAs(type, { argument, policies: [policy("p", { definition })] }, version);
        expect(seen.withoutEffect.map(({ key, reason }) => `${key}: ${reason}`)).toEqual(expected);
        for (const { key } of seen.withoutEffect) {
            expect(seen.settings.get(key)?.origin ?? "default").toBe("default");
            expect(seen.settings.effectiveOrUndefined(key)).toBeUndefined();
        }
    });
});

describe("settings that no source sets", () => {
    it.each<[QueueType, BrokerVersion, Readonly<Record<string, unknown>>]>([
        ["stream", "4.3", { "queue-leader-locator": "client-local" }],
        ["classic", "4.3", { overflow: "drop-head", "queue-leader-locator": "client-local" }],
        [
            "quorum",
            "4.2",
            {
                "consumer-timeout": 1_800_000,
                "dead-letter-strategy": "at-most-once",
                "delivery-limit": 20,
                overflow: "drop-head",
                "queue-leader-locator": "client-local",
            },
        ],
    ])("on a %s queue of %s", (type, version, expected) => {
        const { settings } = seenAs(type, {}, version);
        expect(Object.fromEntries([...settings].map(([key, { value }]) => [key, value]))).toEqual(expected);
        expect([...settings.values()].every(({ origin }) => origin === "default")).toBe(true);
    });
});

describe("an exchange", () => {
    it("takes a policy with any key, and acts on its own", () => {
        const object = exchange("v", "in", "topic", { arguments: { "x-colour": "red" } });
        const definition = { "alternate-exchange": "rest", "message-ttl": 5 };
        const topology = topologyOf({ exchanges: [object], policies: [policy("p", { definition })] });
        const seen = effectiveSettings(topology)(object);
        expect(seen.settings.get("alternate-exchange")).toMatchObject({ value: "rest", policy: "p" });
        expect(seen.withoutEffect).toEqual([
            { key: "message-ttl", origin: "policy", policy: "p", reason: "it is a setting for queues" },
            { key: "x-colour", origin: "argument", reason: "no argument with this name is known" },
        ]);
    });
});

describe("the values of any queue", () => {
    const number = fc.integer({ min: -1, max: 5 });
    const key = fc.constantFrom(
        "max-length",
        "message-ttl",
        "delivery-limit",
        "dead-letter-strategy",
        "overflow",
    );
    const word = fc.constantFrom("at-least-once", "reject-publish", "reject-publish-dlx", "drop-head");
    const definition = fc.dictionary(key, fc.oneof(number, word), { maxKeys: 5 });

    it("are those of its settings, and the configured ones are those that are not defaults", () => {
        fc.assert(
            fc.property(
                fc.constantFrom<QueueType>("classic", "quorum", "stream"),
                fc.constantFrom<BrokerVersion>("4.0", "4.3"),
                definition,
                definition,
                definition,
                (type, version, argument, byPolicy, byOperator) => {
                    const { settings } = seenAs(
                        type,
                        {
                            argument: Object.fromEntries(
                                Object.entries(argument).map(([name, value]) => [`x-${name}`, value]),
                            ),
                            policies: [policy("p", { definition: byPolicy })],
                            operator: byOperator,
                        },
                        version,
                    );
                    for (const setting of settings.values()) {
                        expect(settings.get(setting.key)).toEqual(setting);
                        expect(settings.value(setting.key)).toBe(setting.value);
                        expect(settings.effectiveOrUndefined(setting.key)).toBe(
                            setting.origin === "default" ? undefined : setting.value,
                        );
                    }
                    expect([...settings.keys()]).toEqual([...new Set(settings.keys())]);
                },
            ),
        );
    });
});
