import { bytes, compile, type Declaration, duration, type Topology } from "@spot-messaging/topology";
import { fates, routes } from "@spot-messaging/topology/broker";
import { check } from "@spot-messaging/topology/check";
import { renderSvg } from "@spot-messaging/topology/pictures";
import { graphOf, renderDocument } from "@spot-messaging/topology/render";
import { readSnapshot, writeSnapshot } from "@spot-messaging/topology/review";

const shop: Declaration = {
    vhost: "shop",
    exchanges: [
        { name: "shop.events", type: "topic" },
        { name: "shop.dead-letter", type: "direct" },
    ],
    queues: [
        {
            purpose: "work",
            name: "orders",
            sources: [{ exchange: "shop.events", routingKey: "order.*" }],
            bound: { messages: 1000, size: bytes("1 GiB") },
            critical: true,
            retry: { attempts: 3, delay: duration("5 seconds"), delayLimit: duration("1 minute") },
            jobLimit: duration("5 minutes"),
        },
    ],
    services: [],
    deadLetterExchange: "shop.dead-letter",
    retryExchange: { name: "shop.retry", type: "topic" },
    retain: false,
};

/** Everything that the package makes of a topology, as plain data. */
export async function answers(): Promise<Readonly<Record<string, unknown>>> {
    const topology: Topology = compile(shop, "4.3");
    const message = { vhost: "shop", exchange: "shop.events", routingKey: "order.created" };
    return {
        topology,
        findings: check(topology),
        trace: routes(topology)(message),
        fate: fates(topology)("shop", "orders", "rejected"),
        document: renderDocument(readSnapshot(writeSnapshot(topology, "shop"), "shop.json")),
        picture: await renderSvg(graphOf(topology), "shop"),
    };
}
