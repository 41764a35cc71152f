import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { compile } from "../../src/compile/index.ts";
import { DeclarationError } from "../../src/declare/declarationError.ts";
import { declare } from "../../src/declare/declare.ts";
import { direct, headers, topic } from "../../src/declare/exchanges.ts";
import { plain, requests, transient, work } from "../../src/declare/queues.ts";
import { consume, publish, service } from "../../src/declare/services.ts";
import { router } from "../../src/routing/routing.ts";

function refusal(action: () => unknown): readonly string[] {
    try {
        action();
    } catch (error) {
        if (error instanceof DeclarationError) {
            return error.problems;
        }
        throw error;
    }
    return [];
}

describe("several virtual hosts", () => {
    const vhostOf = (vhost: string, tag: "monitoring" | "management") =>
        declare({
            vhost,
            exchanges: [topic("events")],
            queues: [work("orders", { from: "events", key: "order" })],
            services: [
                service("billing", {
                    publishes: [publish("order", { to: "events", key: "order" })],
                    consumes: [consume("orders")],
                    tags: [tag],
                }),
            ],
        });

    it("share a user of one name, with the tags of both and a permission in each", () => {
        const topology = compile([vhostOf("shop", "monitoring"), vhostOf("depot", "management")], "4.0");
        expect(topology.vhosts).toEqual([{ name: "depot" }, { name: "shop" }]);
        expect(topology.users).toEqual([{ name: "billing", tags: ["monitoring", "management"] }]);
        expect(topology.permissions.map(({ user, vhost, write }) => [user, vhost, write])).toEqual([
            ["billing", "depot", "^(depot\\.dead-letter|depot\\.retry|events)$"],
            ["billing", "shop", "^(events|shop\\.dead-letter|shop\\.retry)$"],
        ]);
        expect(topology.topicPermissions.map(({ vhost, exchange }) => [vhost, exchange])).toEqual(
            [
                ["depot", "depot.dead-letter"],
                ["depot", "depot.retry"],
                ["shop", "shop.dead-letter"],
                ["shop", "shop.retry"],
                ["depot", "events"],
                ["shop", "events"],
            ].sort(([, a = ""], [, b = ""]) => (a < b ? -1 : a > b ? 1 : 0)),
        );
        expect(topology.services.map(({ vhost, name }) => [vhost, name])).toEqual([
            ["depot", "billing"],
            ["shop", "billing"],
        ]);
        expect(topology.retries.map(({ vhost, queue }) => [vhost, queue])).toEqual([
            ["depot", "orders"],
            ["shop", "orders"],
        ]);
    });

    it("cannot be one", () => {
        const shop = vhostOf("shop", "monitoring");
        expect(refusal(() => compile([shop, shop], "4.3"))).toEqual([
            'vhost "shop": is declared twice; merge the two declarations',
        ]);
    });
});

describe("names that the compiler would give twice", () => {
    it("are refused: the routing key of a retry that is the name of another work queue", () => {
        const queues = [work("a", { retry: { attempts: 3 } }), work("a.1"), work("a.3"), work("b")];
        const shop = declare({ vhost: "shop", queues });
        expect(refusal(() => compile(shop, "4.3"))).toEqual([]);
        expect(refusal(() => compile(shop, "4.2"))).toEqual([
            'vhost "shop": queue "a.1": would receive retries of queue "a", whose retry routing key before RabbitMQ 4.3 is also "a.1"; rename one of the two',
        ]);
    });

    it("never send a retry to two queues, for any queue names", () => {
        const name = fc.array(fc.constantFrom("a", "b", "1", "2"), { minLength: 1, maxLength: 3 });
        const queues = fc.uniqueArray(
            fc.record({
                name: name.map((parts) => parts.join(".")),
                attempts: fc.integer({ min: 1, max: 4 }),
            }),
            { minLength: 1, maxLength: 6, selector: (each) => each.name },
        );
        let compiled = 0;
        let refused = 0;
        fc.assert(
            fc.property(queues, (drawn) => {
                const shop = declare({
                    vhost: "shop",
                    queues: drawn.map((each) => work(each.name, { retry: { attempts: each.attempts } })),
                });
                const problems = refusal(() => compile(shop, "4.2"));
                if (problems.length > 0) {
                    refused += 1;
                    return;
                }
                compiled += 1;
                const topology = compile(shop, "4.2");
                const route = router(topology);
                for (const { queue, route: retry } of topology.retries) {
                    const { exchange = "", routingKeys = [] } = retry.mode === "exchange" ? retry : {};
                    const reached = [...routingKeys, queue].map((routingKey) =>
                        route({ vhost: "shop", exchange, routingKey }),
                    );
                    expect(reached).toEqual([
                        ...routingKeys.map((_, index) => [`${queue}.retry.${index + 1}`]),
                        [queue],
                    ]);
                }
            }),
            { seed: 11, numRuns: 300 },
        );
        // Both happen often, so both are tried.
        expect(Math.min(compiled, refused)).toBeGreaterThan(10);
    });

    it("are refused: a dead-letter queue that is declared, too", () => {
        const shop = declare({ vhost: "shop", queues: [work("orders"), work("orders.dlq")] });
        expect(refusal(() => compile(shop, "4.3"))).toEqual([
            'vhost "shop": queue "orders.dlq": is declared, but the compiler also adds a queue of this name for a work queue or for replies; rename one of the two',
        ]);
    });

    it("are refused on brokers that need them only", () => {
        const shop = declare({
            vhost: "shop",
            queues: [work("orders"), plain("orders.retry.1", { type: "classic" })],
        });
        expect(refusal(() => compile(shop, "4.3"))).toEqual([]);
        expect(refusal(() => compile(shop, "4.2"))).toEqual([
            'vhost "shop": queue "orders.retry.1": is declared, but the compiler also adds a queue of this name for a work queue or for replies; rename one of the two',
        ]);
    });

    it("are refused: a binding that a queue and the list of bindings have", () => {
        const shop = declare({
            vhost: "shop",
            exchanges: [direct("events")],
            queues: [transient("live", { from: "events", key: "a" })],
            bindings: [{ from: "events", to: { queue: "live" }, key: "a" }],
        });
        expect(refusal(() => compile(shop, "4.3"))).toEqual([
            'vhost "shop": binding "events -> live": is declared twice; remove one',
        ]);
    });
});

describe("what is declared in RabbitMQ's own words", () => {
    const topology = compile(
        declare({
            vhost: "shop",
            exchanges: [
                topic("events"),
                headers("audit", {
                    alternate: "events",
                    durable: false,
                    autoDelete: true,
                    internal: true,
                    arguments: { owner: "us" },
                    settings: { "max-hops": 2 },
                }),
            ],
            queues: [
                plain("log", { type: "stream", retain: true, settings: { "max-age": "7D" } }),
                plain("legacy", {
                    type: "classic",
                    durable: false,
                    autoDelete: true,
                    from: [{ exchange: "audit", arguments: { "x-match": "any", kind: "order" } }],
                    arguments: { "x-max-priority": 5 },
                }),
                requests("prices", { singleActiveConsumer: true }),
                work("orders", { singleActiveConsumer: true }),
            ],
            bindings: [{ from: "events", to: { exchange: "audit" }, key: "#", arguments: { a: 1 } }],
        }),
        "4.3",
    );

    it("keeps what it says", () => {
        const { exchanges, queues, bindings } = topology;
        expect(exchanges.find(({ name }) => name === "audit")).toEqual({
            vhost: "shop",
            name: "audit",
            type: "headers",
            durable: false,
            autoDelete: true,
            internal: true,
            arguments: { owner: "us" },
        });
        expect(queues.filter(({ purpose }) => purpose === undefined)).toEqual([
            {
                vhost: "shop",
                name: "legacy",
                type: "classic",
                durable: false,
                autoDelete: true,
                arguments: { "x-max-priority": 5 },
                retain: false,
            },
            {
                vhost: "shop",
                name: "log",
                type: "stream",
                durable: true,
                autoDelete: false,
                arguments: {},
                retain: true,
            },
        ]);
        expect(bindings.filter(({ source }) => source !== "shop.dead-letter")).toEqual([
            {
                vhost: "shop",
                source: "audit",
                destination: "legacy",
                destinationType: "queue",
                routingKey: "",
                arguments: { "x-match": "any", kind: "order" },
            },
            {
                vhost: "shop",
                source: "events",
                destination: "audit",
                destinationType: "exchange",
                routingKey: "#",
                arguments: { a: 1 },
            },
        ]);
    });

    it("becomes the one policy of the object, and none without settings", () => {
        const policies = topology.policies.map(({ name, pattern, applyTo, definition }) => [
            name,
            pattern,
            applyTo,
            definition,
        ]);
        expect(policies.filter(([, pattern]) => pattern === "^audit$" || pattern === "^log$")).toEqual([
            ["exchange.audit", "^audit$", "exchanges", { "alternate-exchange": "events", "max-hops": 2 }],
            ["queue.log", "^log$", "streams", { "max-age": "7D" }],
        ]);
    });

    it("has a single active consumer only if it is declared", () => {
        const single = topology.queues.filter((each) => each.arguments["x-single-active-consumer"] === true);
        expect(single.map(({ name }) => name)).toEqual(["orders", "prices"]);
    });
});
