import fc from "fast-check";
import { expect, it } from "vitest";
import { parkingCauses } from "../../src/messages/deathCause.ts";
import { messageHistory } from "../../src/messages/messageHistory.ts";
import { redrivenHeaders } from "../../src/messages/redrivenHeaders.ts";
import { emptyTopology } from "../../src/model/emptyTopology.ts";

/** As RabbitMQ 4.3.6 and 4.0.5 wrote it: the newest entry first. */
const afterDelay = {
    "x-delivery-count": 1,
    "x-death": [
        {
            count: 1,
            reason: "rejected",
            queue: "orders",
            time: 1796036706,
            exchange: "",
            "routing-keys": ["orders"],
        },
        {
            count: 2,
            reason: "expired",
            queue: "orders.delay",
            time: 1796036705,
            exchange: "work",
            "routing-keys": ["order", "copy"],
            "original-expiration": "100",
        },
    ],
};

it("reads the dead-letterings, oldest first", () => {
    expect(messageHistory({ headers: afterDelay })).toEqual({
        deaths: [
            {
                queue: "orders.delay",
                reason: "expired",
                count: 2,
                at: 1796036705000,
                exchange: "work",
                routingKeys: ["order", "copy"],
                ownTtl: 100,
            },
            {
                queue: "orders",
                reason: "rejected",
                count: 1,
                at: 1796036706000,
                exchange: "",
                routingKeys: ["orders"],
            },
        ],
        redrives: [],
        deliveries: 1,
    });
});

it("accepts everything that a publisher writes into the headers", () => {
    const causeOf = parkingCauses(emptyTopology("4.3"));
    const name = fc.constantFrom(
        "x-death",
        "x-redrives",
        "x-delivery-count",
        "x-acme-error",
        "x-acme-failed-at",
        "rascal",
        "CC",
    );
    const entry = fc.record({
        reason: fc.constantFrom("rejected", "expired", 3),
        queue: fc.anything(),
        time: fc.anything(),
    });
    const headers = fc.dictionary(name, fc.oneof(fc.anything(), fc.array(entry)));
    fc.assert(
        fc.property(headers, (given) => {
            const message = {
                vhost: "/",
                queue: "dlq",
                exchange: "",
                routingKey: "dlq",
                properties: {},
                bytes: 0,
                headers: given,
            };
            const { sentence } = causeOf(message, messageHistory(message));
            expect(sentence).not.toBe("");
        }),
        { numRuns: 200 },
    );
});

it("sends a message back with the headers of its publisher and a history, and without what was counted", () => {
    const headers = {
        ...afterDelay,
        "x-first-death-queue": "orders.delay",
        "x-last-death-reason": "rejected",
        "x-acquired-count": 4,
        "x-acme-error": "boom",
        "x-acme-attempts": 5,
        CC: ["copy"],
        traceparent: "00-1-2-01",
        "x-tenant": "a",
    };
    const redrive = { at: Date.parse("2026-11-24T08:00:00Z"), run: "r-1", cause: "boom" };
    const first = redrivenHeaders(headers, { queue: "orders.dlq" }, { redrives: [] }, redrive);
    expect(first).toEqual({
        traceparent: "00-1-2-01",
        "x-tenant": "a",
        "x-redrives": [{ at: "2026-11-24T08:00:00.000Z", from: "orders.dlq", cause: "boom", run: "r-1" }],
    });

    // It never grows without bound, and the newest stay.
    let sent = first;
    for (let count = 2; count <= 15; count += 1) {
        sent = redrivenHeaders(sent, { queue: "orders.dlq" }, messageHistory({ headers: sent }), {
            ...redrive,
            run: `r-${count}`,
            cause: "long ".repeat(1_000),
        });
    }
    const { redrives } = messageHistory({ headers: sent });
    expect(redrives.map(({ run }) => run)).toEqual(
        Array.from({ length: 10 }, (_, index) => `r-${index + 6}`),
    );
    expect(Math.max(...redrives.map(({ cause }) => cause.length))).toBe(500);
});

it.each([
    ["nothing else", {}],
    ["entries that a client turned into lists", { "x-death": [[["l", "1"]], "rejected"] }],
])("takes the last death from the other headers of the broker if x-death has %s", (_, others) => {
    const headers = {
        ...{ "x-first-death-queue": "a", "x-first-death-reason": "expired", "x-first-death-exchange": "" },
        ...{ "x-last-death-queue": "b", "x-last-death-reason": "rejected", "x-last-death-exchange": "shop" },
        ...others,
    };
    expect(messageHistory({ headers }).deaths).toEqual([
        { queue: "b", reason: "rejected", count: 1, exchange: "shop", routingKeys: [] },
    ]);
});
