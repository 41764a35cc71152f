import { describe, expect, it } from "vitest";
import { compile } from "../../src/compile/index.ts";
import { contractOf } from "../../src/contract/contract.ts";
import { declare } from "../../src/declare/declare.ts";
import { direct, topic } from "../../src/declare/exchanges.ts";
import { requests, transient, work } from "../../src/declare/queues.ts";
import { call, consume, publish, type ServiceOptions, service } from "../../src/declare/services.ts";
import { UsageError } from "../../src/model/index.ts";

function contractWith(options: ServiceOptions): ReturnType<typeof contractOf> {
    const declaration = declare({
        vhost: "shop",
        exchanges: [topic("events")],
        queues: [work("orders", { from: "events", key: "order" }), transient("live")],
        services: [service("billing", options)],
        deadLetterExchange: "dead",
    });
    const topology = compile(declaration, "4.3");
    const [billing] = topology.services;
    if (billing === undefined) {
        throw new Error("the service is declared above");
    }
    return contractOf(topology, billing, { inlineBytes: 5 });
}

describe("contractOf", () => {
    it("finds the dead letters of a queue in its own settings", () => {
        const { connections, consumes, limits } = contractWith({
            consumes: [consume("orders"), consume("live")],
        });
        expect(connections).toEqual({ publishChannels: 4 });
        expect(limits).toEqual({ inlineBytes: 5 });
        expect(consumes).toEqual({
            orders: {
                queue: "orders",
                type: "quorum",
                prefetch: 20,
                jobLimitMs: 60_000,
                retry: { mode: "broker", attempts: 5 },
                deadLetter: { exchange: "dead", routingKey: "orders" },
            },
            live: {
                queue: "live",
                type: "classic",
                prefetch: 20,
                jobLimitMs: 60_000,
                retry: null,
                deadLetter: null,
            },
        });
    });

    it("tells callers their stream and repliers the users of their callers", () => {
        const topology = compile(
            declare({
                vhost: "shop",
                exchanges: [direct("rpc")],
                queues: [requests("prices", { from: "rpc", key: "price" })],
                services: [
                    service("office", { consumes: [consume("prices", { message: "till.replies" })] }),
                    ...["till", "web"].map((name) =>
                        service(name, {
                            calls: [call("price", { to: "rpc", key: "price" })],
                            users: [`${name}.2`, name],
                        }),
                    ),
                ],
            }),
            "4.3",
        );
        const contracts = topology.services.map((each) => contractOf(topology, each));
        expect(contracts.map(({ service: name, replies }) => [name, replies])).toEqual([
            ["office", null],
            ["till", { queue: "till.replies", prefetch: 100 }],
            ["web", { queue: "web.replies", prefetch: 100 }],
        ]);
        expect(contracts.map(({ callers }) => callers)).toEqual([
            {
                till: { exchange: "shop.replies", routingKey: "till", users: "^(till|till\\.2)$" },
                web: { exchange: "shop.replies", routingKey: "web", users: "^(web|web\\.2)$" },
            },
            {},
            {},
        ]);
        expect(contracts.map(({ publishes, consumes }) => [publishes, Object.keys(consumes)])).toEqual([
            [{}, ["till.replies"]],
            [{}, []],
            [{}, []],
        ]);
    });

    it("refuses a service that has a message twice, instead of losing one", () => {
        const twice = (): unknown =>
            contractWith({
                publishes: [
                    publish("order", { to: "events", key: "a" }),
                    publish("order", { to: "events", key: "b" }),
                ],
                consumes: [consume("orders", { message: "result" }), consume("live", { message: "result" })],
                calls: [call("order", { to: "events", key: "c" })],
            });
        expect(twice).toThrow(UsageError);
        expect(twice).toThrow(
            [
                'service "billing": message "order" is published to exchange "events" with key "a" and exchange "events" with key "b"; give each a message of its own',
                'service "billing": message "result" is consumed from queue "orders" and queue "live"; give each a message of its own',
            ].join("\n"),
        );
    });
});
