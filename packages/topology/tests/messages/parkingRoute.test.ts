import { expect, it } from "vitest";
import { parkedHeaders, parkingRoutes } from "../../src/messages/parkingRoute.ts";
import { emptyTopology } from "../../src/model/emptyTopology.ts";
import type { Binding, Exchange, Queue } from "../../src/model/index.ts";

const vhost = "shop";

function exchange(name: string, type: Exchange["type"], internal = false): Exchange {
    return { vhost, name, type, durable: true, autoDelete: false, internal, arguments: {} };
}

function queue(name: string): Queue {
    return { vhost, name, type: "quorum", durable: true, autoDelete: false, arguments: {}, retain: false };
}

function binding(source: string, destination: string, routingKey: string): Binding {
    return { vhost, source, destination, destinationType: "queue", routingKey, arguments: {} };
}

const topology = {
    ...emptyTopology("4.3"),
    exchanges: [
        exchange("dead", "topic"),
        exchange("copies", "fanout"),
        exchange("hidden", "topic", true),
        exchange("byHeader", "headers"),
    ],
    queues: [queue("orders.dlq"), queue("audit")],
    bindings: [
        binding("dead", "orders.dlq", "orders"),
        binding("copies", "orders.dlq", ""),
        binding("copies", "audit", ""),
        binding("hidden", "orders.dlq", "#"),
        binding("byHeader", "orders.dlq", ""),
    ],
};

it.each([
    ["keeps its exchange and key if they lead there alone", "dead", "orders", "dead", "orders"],
    [
        "goes through the default exchange if its own reaches another queue too",
        "copies",
        "x",
        "",
        "orders.dlq",
    ],
    ["goes through the default exchange if its own reaches no queue", "dead", "other", "", "orders.dlq"],
    [
        "goes through the default exchange if no client may publish to its own",
        "hidden",
        "x",
        "",
        "orders.dlq",
    ],
    ["goes through the default exchange if headers decide", "byHeader", "x", "", "orders.dlq"],
    ["goes through the default exchange if its own does not exist", "gone", "x", "", "orders.dlq"],
    ["goes through the default exchange if it came that way", "", "orders.dlq", "", "orders.dlq"],
])("a restored message %s", (_, from, key, to, toKey) => {
    const message = { vhost, queue: "orders.dlq", exchange: from, routingKey: key };
    expect(parkingRoutes(topology)({ ...message, properties: {}, headers: {}, bytes: 0 })).toEqual({
        ...{ exchange: to, routingKey: toKey, queue: "orders.dlq" },
    });
});

it("leaves out the headers that would deliver a restored message to further queues", () => {
    expect(parkedHeaders({ CC: ["audit"], BCC: ["audit"], "x-death": [], tenant: "a" })).toEqual({
        ...{ "x-death": [], tenant: "a" },
    });
});
