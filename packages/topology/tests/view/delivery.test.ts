import { describe, expect, it } from "vitest";
import { deliveries, unroutableText } from "../../src/exports/broker.ts";
import { check } from "../../src/exports/check.ts";
import {
    binding,
    compile,
    consume,
    declare,
    fanout,
    parking,
    plain,
    publish,
    type QueueInput,
    type SubscriptionInput,
    service,
    type Topology,
    topic,
    work,
} from "../../src/exports/index.ts";
import { routingDiff } from "../../src/review/compare/routes/routingDiff.ts";

const bound = { messages: 10, size: "1 MiB" } as const;

/** A shop whose message goes to an exchange with an alternate exchange behind it. */
function shop(key: string, caught: QueueInput, consumes: readonly SubscriptionInput[] = []): Topology {
    return compile(
        declare({
            vhost: "shop",
            exchanges: [topic("events", { alternate: "lost" }), fanout("lost")],
            queues: [work("orders", { from: "events", key: "order", bound }), caught],
            services: [
                service("till", { publishes: [publish("order", { to: "events", key })] }),
                service("billing", {
                    consumes: [consume("orders", { message: "order" }), ...consumes],
                    inspects: ["orders.dlq", ...(consumes.length === 0 ? ["caught"] : [])],
                }),
            ],
        }),
        "4.3",
    );
}

const parked = parking("caught", { from: "lost", bound });
const plainQueue = plain("caught", { type: "quorum", from: "lost" });
const falls = 'it falls through to the alternate exchange and is parked in "caught"';

/** While it is there, the orders get every message. */
const everything = binding("shop", "events", "orders", "#");

describe("a published message", () => {
    it.each([
        ["reaches a work queue", shop("order", parked), ["orders"], undefined],
        ["has a key that only a parking queue gets", shop("typo", parked), [], falls],
        ["has a key that only a queue without a consumer gets", shop("typo", plainQueue), [], falls],
        [
            "has a key that the alternate exchange brings to a consumer",
            shop("typo", plainQueue, [consume("caught", { message: "other" })]),
            ["caught"],
            undefined,
        ],
    ])("has the same result in trace, check and review, if it %s", (_, topology, delivered, text) => {
        const [
            {
                publishes: [sent],
            } = { publishes: [] },
        ] = topology.services.filter(({ name }) => name === "till");
        const { exchange = "", routingKey = "" } = sent ?? {};
        const delivery = deliveries(topology)({ vhost: "shop", exchange, routingKey });
        expect(delivery.delivered).toEqual(delivered);

        const found = check(topology).filter(({ message }) => message.includes("unroutable"));
        expect(found.map(({ severity, message }) => [severity, message])).toEqual(
            text === undefined
                ? []
                : [
                      [
                          "error",
                          `message "order" to exchange "events" with routing key "${routingKey}" is unroutable: ${text}`,
                      ],
                  ],
        );
        expect(text === undefined || unroutableText(delivery) === text).toBe(true);

        const lost = routingDiff({ ...topology, bindings: [...topology.bindings, everything] }, topology);
        expect(
            lost
                .filter(({ kind, uses }) => kind === "parked" && uses.length > 0)
                .map(({ after }) => after.queues),
        ).toEqual(text === undefined ? [] : [["caught"]]);
    });
});
