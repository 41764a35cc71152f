import { describe, expect, it } from "vitest";
import { DeclarationError } from "../../src/declare/declarationError.ts";
import type { DeclarationInput } from "../../src/declare/declarationInput.ts";
import { declare } from "../../src/declare/declare.ts";
import { direct, fanout, headers, topic } from "../../src/declare/exchanges.ts";
import { commands, parking, plain, requests, transient, work } from "../../src/declare/queues.ts";
import { call, consume, publish, service } from "../../src/declare/services.ts";
import { bytes, duration, UsageError } from "../../src/model/index.ts";

/** What a declaration is refused with. */
function problemsOf(input: unknown): readonly string[] {
    try {
        declare(input as DeclarationInput); // as JSON or YAML would hand it over
    } catch (error) {
        if (error instanceof DeclarationError) {
            return error.problems;
        }
        throw error;
    }
    return [];
}

const events = { vhost: "shop", exchanges: [topic("events"), headers("audit"), fanout("all")] };

describe("declare", () => {
    it("fills in what a work queue leaves out", () => {
        const { queues } = declare({
            ...events,
            queues: [work("orders", { from: "events", key: "order.*" })],
        });
        expect(queues).toEqual([
            {
                purpose: "work",
                name: "orders",
                sources: [{ exchange: "events", routingKey: "order.*", arguments: {} }],
                retain: false,
                bound: { messages: 50_000, size: bytes("1 GiB") },
                singleActiveConsumer: false,
                critical: true,
                retry: { attempts: 5, delay: duration("5 seconds"), delayLimit: duration("5 minutes") },
                jobLimit: duration("1 minute"),
            },
        ]);
    });

    it("takes the defaults of the virtual host before its own, and what a queue says before both", () => {
        const { queues } = declare({
            vhost: "shop",
            defaults: {
                bound: { messages: 7 },
                critical: false,
                deadline: "1 hour",
                jobLimit: "2 minutes",
                retain: true,
                retry: { attempts: 2 },
                singleActiveConsumer: true,
            },
            queues: [
                work("a"),
                work("b", {
                    bound: { size: "2 MiB" },
                    critical: true,
                    deadline: "never",
                    jobLimit: "1 second",
                    retain: false,
                    retry: { delay: "1 second" },
                    singleActiveConsumer: false,
                }),
                requests("c"),
            ],
        });
        const retry = { attempts: 2, delay: 5_000, delayLimit: 300_000 };
        expect(queues).toMatchObject([
            {
                bound: { messages: 7, size: bytes("1 GiB") },
                critical: false,
                deadline: 3_600_000,
                jobLimit: 120_000,
                retain: true,
                retry,
                singleActiveConsumer: true,
            },
            {
                bound: { messages: 7, size: bytes("2 MiB") },
                critical: true,
                jobLimit: 1_000,
                retain: false,
                retry: { ...retry, delay: 1_000 },
                singleActiveConsumer: false,
            },
            { bound: { messages: 7, size: bytes("64 MiB") }, jobLimit: 120_000, singleActiveConsumer: true },
        ]);
        expect(queues[1]).not.toHaveProperty("deadline");
    });

    it("expands the keys and arguments of bindings", () => {
        const { queues, bindings } = declare({
            ...events,
            queues: [
                transient("live", { from: "events", keys: ["a", "b"] }),
                commands("admin", { from: "audit", arguments: { "x-match": "any", kind: "order" } }),
                parking("lost", { from: "all" }),
                plain("legacy", {
                    type: "classic",
                    from: [
                        { exchange: "events", key: "a" },
                        { exchange: "audit", arguments: { kind: 1 } },
                    ],
                    arguments: { "x-max-priority": 5 },
                }),
            ],
            bindings: [
                { from: "events", to: { exchange: "audit" }, keys: ["c", "d"] },
                { from: "all", to: { queue: "live" } },
            ],
        });
        const source = (exchange: string, routingKey = "", args = {}) => ({
            exchange,
            routingKey,
            arguments: args,
        });
        expect(queues.map(({ sources }) => sources)).toEqual([
            [source("events", "a"), source("events", "b")],
            [source("audit", "", { "x-match": "any", kind: "order" })],
            [source("all")],
            [source("events", "a"), source("audit", "", { kind: 1 })],
        ]);
        const binding = (from: string, destinationType: string, destination: string, routingKey: string) => ({
            vhost: "shop",
            source: from,
            destinationType,
            destination,
            routingKey,
            arguments: {},
        });
        expect(bindings).toEqual([
            binding("events", "exchange", "audit", "c"),
            binding("events", "exchange", "audit", "d"),
            binding("all", "queue", "live", ""),
        ]);
    });

    it("fills in what a service leaves out, and lets it reply to the requests that it consumes", () => {
        const { services } = declare({
            ...events,
            exchanges: [...events.exchanges, direct("rpc")],
            queues: [work("orders", { jobLimit: "3 seconds" }), requests("prices")],
            services: [
                service("billing", {
                    publishes: [publish("paid", { to: "events", key: "order.paid" })],
                    consumes: [consume("orders"), consume("prices", { message: "price", prefetch: 3 })],
                    calls: [call("stock", { to: "rpc", key: "stock" })],
                    inspects: ["orders.dlq"],
                }),
                service("watcher"),
            ],
        });
        const idle = {
            vhost: "shop",
            publishes: [],
            consumes: [],
            calls: [],
            replies: false,
            inspects: [],
            redrives: false,
            tags: [],
        };
        expect(services).toEqual([
            {
                ...idle,
                name: "billing",
                publishes: [
                    {
                        message: "paid",
                        exchange: "events",
                        routingKey: "order.paid",
                        persistent: true,
                        mandatory: true,
                        urgency: false,
                    },
                ],
                consumes: [
                    { message: "orders", queue: "orders", prefetch: 20, jobLimit: 3_000 },
                    { message: "price", queue: "prices", prefetch: 3, jobLimit: 60_000 },
                ],
                calls: [{ message: "stock", exchange: "rpc", routingKey: "stock", timeout: 30_000 }],
                replies: true,
                inspects: ["orders.dlq"],
            },
            { ...idle, name: "watcher" },
        ]);
    });

    it("names the exchanges that the compiler adds after the virtual host by default", () => {
        const { deadLetterExchange, retryExchange, replyExchange } = declare({ vhost: "shop" });
        expect([deadLetterExchange.name, deadLetterExchange.type]).toEqual(["shop.dead-letter", "topic"]);
        expect([retryExchange.name, retryExchange.type]).toEqual(["shop.retry", "topic"]);
        expect([replyExchange.name, replyExchange.type]).toEqual(["shop.replies", "topic"]);
        const own = declare({
            vhost: "shop",
            exchanges: [topic("dead", { alternate: "lost" }), fanout("lost")],
            deadLetterExchange: "dead",
            retryExchange: topic("again", { alternate: "lost" }),
            replyExchange: "answers",
        });
        expect(own.deadLetterExchange).toMatchObject({ name: "dead", type: "topic", alternate: "lost" });
        expect(own.retryExchange).toMatchObject({ name: "again", alternate: "lost" });
        expect(own.replyExchange).toMatchObject({ name: "answers", type: "topic" });
    });
});

describe("declare refuses", () => {
    it("all problems together, sorted", () => {
        const input = {
            vhost: "shop",
            exchanges: [{ name: "events", type: "topics", alternat: "lost" }],
            queues: [
                { purpose: "work", name: "orders", from: "event", key: "#", deadlin: "1 hour", jobLimit: 0 },
                { purpose: "works", name: "other" },
            ],
            services: [{ name: "billing", consumes: [{ queue: "order" }], tags: ["monitorin"] }],
        };
        expect(problemsOf(input)).toEqual([
            'vhost "shop": exchange "events": "type" is "topics"; did you mean "topic"?',
            'vhost "shop": exchange "events": unknown option "alternat"; did you mean "alternate"?',
            'vhost "shop": queue "orders": "from" is "event", which is not an exchange of this virtual host; did you mean "events"?',
            'vhost "shop": queue "orders": "jobLimit" is 0; write a duration such as "30 seconds" or "5 minutes"',
            'vhost "shop": queue "orders": unknown option "deadlin"; did you mean "deadline"?',
            'vhost "shop": queue "other": "purpose" is "works"; did you mean "work"?',
            'vhost "shop": service "billing": "tags" has "monitorin"; did you mean "monitoring"?',
            'vhost "shop": service "billing": consumes[0] "order": "queue" is "order", which is not a queue of this virtual host; did you mean "orders"?',
        ]);
        expect(() => declare(input as unknown as DeclarationInput)).toThrow(UsageError);
        expect(() => declare(input as unknown as DeclarationInput)).toThrow(
            /^the declaration has 8 problems:\n- vhost "shop"/u,
        );
    });

    const at = 'vhost "shop": queue "q": ';
    const work1 = { purpose: "work", name: "q" };
    it.each<[string, unknown, readonly string[]]>([
        [
            "a text",
            "shop",
            [
                'declaration: is "shop"; write its options by name: "vhost", "exchanges", "queues", "bindings", "services", "defaults", "caps", "deadLetterExchange", "retryExchange", "replyExchange"',
            ],
        ],
        ["nothing", {}, ['declaration: "vhost" is missing; write a text']],
        ["an empty name", { vhost: "" }, ['vhost "": "vhost" is empty; write the name of the virtual host']],
        [
            "a queue that is not a table",
            { vhost: "shop", queues: [5] },
            ['vhost "shop": queues[0]: is 5; write its options by name: "purpose"'],
        ],
        [
            "lists that are not lists",
            { vhost: "shop", queues: {}, services: "all" },
            ['vhost "shop": "queues" is {}; write a list', 'vhost "shop": "services" is "all"; write a list'],
        ],
        [
            "a queue without a name",
            { vhost: "shop", queues: [{ purpose: "work" }] },
            ['vhost "shop": queues[0]: "name" is missing; write a text'],
        ],
        [
            "names that the broker refuses",
            {
                vhost: "shop",
                queues: [{ purpose: "work", name: "amq.q" }],
                exchanges: [{ name: "", type: "topic" }],
            },
            [
                'vhost "shop": exchange "": has a name of 0 bytes, but 1 to 255 are allowed; choose another name: letters, digits, dots, hyphens and underscores',
                'vhost "shop": queue "amq.q": begins with "amq.", which the broker reserves; choose another name: letters, digits, dots, hyphens and underscores',
            ],
        ],
        [
            "two queues of one name",
            { vhost: "shop", queues: [work1, work1, work1] },
            ['vhost "shop": queue "q" is declared twice; remove one, or choose another name'],
        ],
        [
            "a source without a key",
            { ...events, queues: [{ ...work1, from: "events" }] },
            [`${at}"key" is missing; write the routing key, by which exchange "events" routes`],
        ],
        [
            "two ways to say the key",
            { ...events, queues: [{ ...work1, from: "events", key: "a", keys: ["b"] }] },
            [`${at}has both "key" and "keys"; keep one of them`],
        ],
        [
            "no keys",
            { ...events, queues: [{ ...work1, from: "events", keys: [] }] },
            [`${at}"keys" is an empty list; write at least one routing key`],
        ],
        [
            "a key without an exchange",
            { ...events, queues: [{ ...work1, key: "a" }] },
            [`${at}has "key" without "from"; write the exchange in "from"`],
        ],
        [
            "a key in addition to a list",
            { ...events, queues: [{ ...work1, from: [], key: "a", arguments: {} }] },
            [
                `${at}has "key" and "arguments" in addition to a list in "from"; move it to the entries of the list`,
            ],
        ],
        [
            "a source that is not a table",
            { ...events, queues: [{ ...work1, from: 5 }] },
            [`${at}"from" is 5; write the name of an exchange, or a list of bindings`],
        ],
        [
            "the default exchange as a source",
            { ...events, queues: [{ ...work1, from: "" }] },
            [
                `${at}"from" is the default exchange, which nothing can be bound to; remove the binding: the default exchange routes to every queue by its name`,
            ],
        ],
        [
            "a binding twice",
            { ...events, queues: [{ ...work1, from: "events", keys: ["a", "a"] }] },
            [`${at}is bound twice to exchange "events" with routing key "a"; remove one`],
        ],
        [
            "a first delay above the limit",
            { ...events, queues: [{ ...work1, retry: { delay: "1 hour", delayLimit: "1 minute" } }] },
            [`${at}"retry.delay" is longer than "retry.delayLimit"; raise the limit or lower the delay`],
        ],
        [
            "no attempts",
            { ...events, queues: [{ ...work1, retry: { attempts: 0, tries: 1 } }] },
            [
                `${at}"retry.attempts" is 0; write a whole number of at least 1`,
                `${at}unknown option "retry.tries"; its options are "attempts", "delay", "delayLimit"`,
            ],
        ],
        [
            "a bound that is not a table",
            { ...events, queues: [{ ...work1, bound: 5 }] },
            [`${at}"bound" is 5; write its options by name: "messages", "size"`],
        ],
        [
            "a size that is not a size",
            { ...events, queues: [{ ...work1, bound: { size: "1 GB" } }] },
            [`${at}"bound.size" is "1 GB"; write a size such as "256 MiB" or "1 GiB"`],
        ],
        [
            "an option of another purpose",
            { ...events, queues: [{ purpose: "parking", name: "q", ttl: "1 minute" }] },
            [
                `${at}unknown option "ttl"; its options are "purpose", "name", "from", "key", "keys", "arguments", "bound", "retain"`,
            ],
        ],
        [
            "a stream's age in parts of a second",
            { ...events, queues: [{ purpose: "commands", name: "q", retention: 1_500 }] },
            [
                `${at}"retention" is not in whole seconds; write a whole number of seconds, the unit of a stream's age`,
            ],
        ],
        [
            "a type as an argument",
            { ...events, queues: [{ purpose: "plain", name: "q", arguments: { "x-queue-type": "quorum" } }] },
            [
                `${at}"type" is missing; write one of "classic", "quorum", "stream"`,
                `${at}has the argument "x-queue-type"; set "type" instead`,
            ],
        ],
        [
            "what JSON cannot say",
            {
                ...events,
                queues: [{ purpose: "plain", name: "q", type: "quorum", settings: { a: Number.NaN } }],
            },
            [`${at}"settings" is {"a":null}; write a table of texts, numbers, true, false, lists and tables`],
        ],
        [
            "two alternates",
            {
                vhost: "shop",
                exchanges: [
                    { name: "e", type: "fanout", alternate: "e", settings: { "alternate-exchange": "e" } },
                ],
            },
            ['vhost "shop": exchange "e": has both "alternate" and "alternate-exchange"; keep "alternate"'],
        ],
        [
            "an unknown alternate",
            { vhost: "shop", exchanges: [{ name: "e", type: "fanout", alternate: "lost" }] },
            [
                'vhost "shop": exchange "e": "alternate" is "lost", which is not an exchange of this virtual host; declare it in "exchanges"',
            ],
        ],
        [
            "a binding to nothing",
            { ...events, bindings: [{ from: "all", to: {} }] },
            [
                'vhost "shop": bindings[0] "all": "to" must name one target; write { exchange: "name" } or { queue: "name" }',
            ],
        ],
        [
            "a binding to an unknown queue or exchange",
            {
                ...events,
                bindings: [
                    { from: "all", to: { queue: "q" } },
                    { from: "alls", to: { exchange: "audits" } },
                ],
            },
            [
                'vhost "shop": bindings[0] "all": "to.queue" is "q", which is not a queue of this virtual host; declare it in "queues"',
                'vhost "shop": bindings[1] "alls": "from" is "alls", which is not an exchange of this virtual host; did you mean "all"?',
                'vhost "shop": bindings[1] "alls": "to.exchange" is "audits", which is not an exchange of this virtual host; did you mean "audit"?',
            ],
        ],
        [
            "a dead-letter exchange twice",
            { vhost: "shop", exchanges: [direct("dead")], deadLetterExchange: direct("dead") },
            [
                'vhost "shop": deadLetterExchange: exchange "dead" is declared twice; write only its name here, or remove it from "exchanges"',
            ],
        ],
        [
            "an exchange of replies of another type than topic",
            { vhost: "shop", exchanges: [fanout("news")], replyExchange: "news" },
            [
                'vhost "shop": replyExchange: exchange "news" has the type "fanout"; make it a topic exchange: only there can a permission limit the callers that a service replies to',
            ],
        ],
        [
            "callers whose names cannot be routing keys or names of streams",
            {
                vhost: "shop",
                services: ["*", "a.#", "#.a.b", "a*", "amq.x", "x".repeat(248)].map((name) => ({
                    name,
                    calls: [{ message: "m", to: "", key: "q" }],
                })),
            },
            [
                'vhost "shop": service "#.a.b": makes calls, but its name has the word "*" or "#": as a routing key it would match the replies to other services; choose another name for the service',
                'vhost "shop": service "*": makes calls, but its name has the word "*" or "#": as a routing key it would match the replies to other services; choose another name for the service',
                'vhost "shop": service "a.#": makes calls, but its name has the word "*" or "#": as a routing key it would match the replies to other services; choose another name for the service',
                'vhost "shop": service "amq.x": makes calls, but the stream of the replies to them begins with "amq.", which the broker reserves; choose another name for the service',
                `vhost "shop": service "${"x".repeat(248)}": makes calls, but the stream of the replies to them has a name of 256 bytes, but 1 to 255 are allowed; choose another name for the service`,
            ],
        ],
        [
            "a message to an unknown exchange",
            {
                ...events,
                services: [
                    {
                        name: "s",
                        publishes: [{ message: "m", to: "event", key: "k" }],
                        calls: [{ message: "c", to: "events" }],
                    },
                ],
            },
            [
                'vhost "shop": service "s": calls[0] "c": "key" is missing; write the routing key, by which exchange "events" routes',
                'vhost "shop": service "s": publishes[0] "m": "to" is "event", which is not an exchange of this virtual host; did you mean "events"?',
            ],
        ],
    ])("%s", (_, input, problems) => {
        expect(problemsOf(input)).toEqual(problems);
    });
});
