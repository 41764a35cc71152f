import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { found, named } from "../../../../tests/unit/found.ts";
import { compile } from "../../src/compile/index.ts";
import { retryDelays } from "../../src/compile/workQueue.ts";
import { deadLetterQueueOf, type QueueDeclaration, type Retry } from "../../src/declare/queueDeclaration.ts";
import {
    type BrokerVersion,
    brokerVersions,
    duration,
    type PolicyDefinition,
    type Topology,
} from "../../src/model/index.ts";
import { commands, critical, declarationOf, parking, requests, transient } from "./declarations.ts";

const older = ["4.0", "4.1", "4.2"] as const;

function compileOne(each: QueueDeclaration, version: BrokerVersion): Topology {
    return compile(declarationOf([each]), version);
}

/** Policies as `[name, pattern, kind, precedence, definition]`. */
function policiesOf({ policies }: Topology): readonly unknown[] {
    return policies
        .filter(({ name }) => name.startsWith("queue."))
        .map(({ name, pattern, applyTo, precedence, definition }) => [
            name,
            pattern,
            applyTo,
            precedence,
            definition,
        ]);
}

function queuesOf({ queues }: Topology): readonly string[] {
    return queues.map(({ name, type, purpose }) => `${name} ${type} ${purpose ?? "?"}`);
}

const room = { "max-length": 100, "max-length-bytes": 1_048_576 };
const balanced = { "queue-leader-locator": "balanced" };

const workPolicy: PolicyDefinition = {
    ...room,
    ...balanced,
    overflow: "reject-publish",
    "dead-letter-strategy": "at-least-once",
    "dead-letter-exchange": "dead",
    "dead-letter-routing-key": "q",
    "delivery-limit": 3,
};
const newerWorkPolicy: PolicyDefinition = {
    ...workPolicy,
    "delayed-retry-type": "all",
    "delayed-retry-min": 10_000,
    "delayed-retry-max": 25_000,
    "consumer-timeout": 120_000,
};
const dlqPolicy: PolicyDefinition = {
    ...balanced,
    "max-length": 400,
    "max-length-bytes": 4_194_304,
    overflow: "reject-publish",
    "delivery-limit": -1,
};

function delayPolicy(ttl: number): PolicyDefinition {
    return {
        ...room,
        ...balanced,
        overflow: "reject-publish",
        "dead-letter-strategy": "at-least-once",
        "dead-letter-exchange": "again",
        "dead-letter-routing-key": "q",
        "message-ttl": ttl,
    };
}

describe("a work queue", () => {
    it("becomes on 4.3 a quorum queue with a dead-letter queue, and the broker delays", () => {
        const topology = compileOne(critical, "4.3");
        expect(queuesOf(topology)).toEqual(["q quorum work", "q.dlq quorum parking"]);
        expect(policiesOf(topology)).toEqual([
            ["queue.q", "^q$", "quorum_queues", 50, newerWorkPolicy],
            ["queue.q.dlq", "^q\\.dlq$", "quorum_queues", 70, dlqPolicy],
        ]);
        expect(topology.retries).toEqual([
            { vhost: "v", queue: "q", route: { mode: "broker", attempts: 4 } },
        ]);
        expect(topology.exchanges.map(({ name }) => name)).toEqual(["dead", "in", "lost"]);
    });

    it.each(older)("becomes on %s a quorum queue with dead-letter and delay queues", (version) => {
        const topology = compileOne(critical, version);
        expect(queuesOf(topology)).toEqual([
            "q quorum work",
            "q.dlq quorum parking",
            "q.retry.1 quorum delay",
            "q.retry.2 quorum delay",
            "q.retry.3 quorum delay",
        ]);
        expect(policiesOf(topology)).toEqual([
            ["queue.q", "^q$", "quorum_queues", 50, workPolicy],
            ["queue.q.dlq", "^q\\.dlq$", "quorum_queues", 70, dlqPolicy],
            ["queue.q.retry.1", "^q\\.retry\\.1$", "quorum_queues", 60, delayPolicy(10_000)],
            ["queue.q.retry.2", "^q\\.retry\\.2$", "quorum_queues", 60, delayPolicy(20_000)],
            ["queue.q.retry.3", "^q\\.retry\\.3$", "quorum_queues", 60, delayPolicy(25_000)],
        ]);
        expect(topology.retries).toEqual([
            {
                vhost: "v",
                queue: "q",
                route: {
                    mode: "exchange",
                    attempts: 4,
                    exchange: "again",
                    routingKeys: ["q.1", "q.2", "q.3"],
                },
            },
        ]);
        expect(topology.exchanges.map(({ name }) => name)).toEqual(["again", "dead", "in", "lost"]);
    });

    it.each(brokerVersions)(
        "is bound to its sources, its dead-letter queue and its delays on %s",
        (version) => {
            const bound = compileOne(critical, version).bindings.map(
                ({ source, routingKey, destination }) => `${source} ${routingKey} ${destination}`,
            );
            const delays = ["again q q", "again q.1 q.retry.1", "again q.2 q.retry.2", "again q.3 q.retry.3"];
            expect(bound.sort()).toEqual(
                [...(version === "4.3" ? [] : delays), "dead q q.dlq", "in key q"].sort(),
            );
        },
    );

    it.each(brokerVersions)("that is not critical drops its oldest to the dead letters on %s", (version) => {
        const { "dead-letter-strategy": strategy, ...rest } =
            version === "4.3" ? newerWorkPolicy : workPolicy;
        expect(strategy).toBe("at-least-once");
        const topology = compileOne({ ...critical, critical: false }, version);
        expect(named(topology.policies, "queue.q").definition).toEqual({ ...rest, overflow: "drop-head" });
    });

    it.each(brokerVersions)("with a deadline gets a TTL, and only then, on %s", (version) => {
        const definition = version === "4.3" ? newerWorkPolicy : workPolicy;
        const topology = compileOne({ ...critical, deadline: duration("10 minutes") }, version);
        expect(named(topology.policies, "queue.q").definition).toEqual({
            ...definition,
            "message-ttl": 600_000,
        });
        expect(named(topology.policies, "queue.q.dlq").definition).toEqual(dlqPolicy);
    });

    it("names its dead-letter queue after itself", () => {
        expect(deadLetterQueueOf("analyzer.links")).toBe("analyzer.links.dlq");
    });
});

describe.each(brokerVersions)("on %s a queue of another purpose", (version) => {
    const timeout = version === "4.3" ? { "consumer-timeout": 120_000 } : {};

    it.each<[string, string, string, number, QueueDeclaration, PolicyDefinition]>([
        [
            "transient",
            "classic",
            "classic_queues",
            20,
            transient,
            { ...room, "message-ttl": 30_000, overflow: "drop-head" },
        ],
        [
            "requests",
            "quorum",
            "quorum_queues",
            40,
            requests,
            {
                ...room,
                ...balanced,
                ...timeout,
                "message-ttl": 5_000,
                overflow: "reject-publish",
                "delivery-limit": 2,
            },
        ],
        [
            "commands",
            "stream",
            "streams",
            30,
            commands,
            {
                ...balanced,
                "max-age": "172800s",
                "max-length-bytes": 1_048_576,
                "stream-max-segment-size-bytes": 262_144,
            },
        ],
        [
            "parking",
            "quorum",
            "quorum_queues",
            70,
            parking,
            { ...room, ...balanced, overflow: "reject-publish", "delivery-limit": -1 },
        ],
    ])(
        "%s: becomes one %s queue with one exact policy",
        (purpose, type, kind, precedence, declared, definition) => {
            const topology = compileOne(declared, version);
            expect(queuesOf(topology)).toEqual([`q ${type} ${purpose}`]);
            expect(policiesOf(topology)).toEqual([["queue.q", "^q$", kind, precedence, definition]]);
            expect(topology.bindings.map(({ source, routingKey }) => [source, routingKey])).toEqual([
                ["in", "key"],
            ]);
            expect(topology.retries).toEqual([]);
        },
    );
});

describe("every queue", () => {
    const declared = [critical, transient, requests, commands, parking].map((each) => ({
        ...each,
        name: each.purpose,
    }));

    it.each([true, false])("is durable, has no arguments and is retained as declared: %s", (retain) => {
        for (const version of brokerVersions) {
            const { queues } = compile(declarationOf(declared.map((each) => ({ ...each, retain }))), version);
            expect(queues).toHaveLength(version === "4.3" ? 6 : 9);
            for (const each of queues) {
                expect([each.durable, each.autoDelete, each.arguments, each.retain]).toEqual([
                    true,
                    false,
                    {},
                    retain,
                ]);
            }
        }
    });
});

describe("an exchange", () => {
    it.each(brokerVersions)("has a policy exactly where it has an alternate, on %s", (version) => {
        const topology = compileOne(critical, version);
        const policies = topology.policies.filter(({ name }) => name.startsWith("exchange."));
        const expected = (name: string): object => ({
            vhost: "v",
            name: `exchange.${name}`,
            pattern: `^${name}$`,
            applyTo: "exchanges",
            precedence: 10,
            definition: { "alternate-exchange": "lost" },
        });
        expect(policies).toEqual([...(version === "4.3" ? [] : ["again"]), "in"].map(expected));
    });

    it.each(older)("for retries is declared on %s only where something is retried", (version) => {
        const { exchanges } = compileOne(requests, version);
        expect(exchanges.map(({ name }) => name)).toEqual(["dead", "in", "lost"]);
    });
});

describe("the ladder of delays", () => {
    const retries: fc.Arbitrary<Retry> = fc
        .record({
            attempts: fc.integer({ min: 2, max: 20 }),
            delay: fc.integer({ min: 1, max: 100_000 }),
            more: fc.nat({ max: 1_000_000 }),
        })
        .map(({ attempts, delay, more }) => ({
            attempts,
            delay: duration(`${delay} milliseconds`),
            delayLimit: duration(`${delay + more} milliseconds`),
        }));

    it("is n times the delay after the nth failure, up to the limit, for every attempt but the last", () => {
        fc.assert(
            fc.property(retries, (retry) => {
                const ladder: readonly number[] = retryDelays(retry);
                expect(ladder).toHaveLength(retry.attempts - 1);
                for (const [index, wait] of ladder.entries()) {
                    expect(wait).toBe(Math.min(retry.delay * (index + 1), retry.delayLimit));
                }
            }),
        );
    });

    // That a broker of 4.3 really waits min * n up to max is for the live tests to show.
    it("is the same in the delay queues of 4.0 as in the delayed-retry policy of 4.3", () => {
        fc.assert(
            fc.property(retries, (retry) => {
                const older = compileOne({ ...critical, retry }, "4.0");
                const delays = older.policies
                    .filter(({ name }) => name.startsWith("queue.q.retry."))
                    .map(({ name, definition }) => [
                        Number(name.slice("queue.q.retry.".length)),
                        definition["message-ttl"],
                    ]);
                const { definition } = named(compileOne({ ...critical, retry }, "4.3").policies, "queue.q");
                const number = (key: string): number => Number(found(definition[key], key));
                const expected = Array.from({ length: number("delivery-limit") }, (_, index) => [
                    index + 1,
                    Math.min(number("delayed-retry-min") * (index + 1), number("delayed-retry-max")),
                ]);
                expect(new Map(delays as [number, number][])).toEqual(
                    new Map(expected as [number, number][]),
                );
            }),
        );
    });
});
