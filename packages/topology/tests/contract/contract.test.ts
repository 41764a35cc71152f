import { describe, expect, it } from "vitest";
import { compile } from "../../src/compile/index.ts";
import { contractOf } from "../../src/contract/contract.ts";
import { declare } from "../../src/declare/declare.ts";
import { topic } from "../../src/declare/exchanges.ts";
import { transient, work } from "../../src/declare/queues.ts";
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
