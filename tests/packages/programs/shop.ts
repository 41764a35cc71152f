import { compile, consume, declare, publish, service, topic, work } from "@spot-messaging/topology";
import { fates, routes } from "@spot-messaging/topology/broker";
import { check } from "@spot-messaging/topology/check";
import { renderSvg } from "@spot-messaging/topology/pictures";
import { graphOf, renderDocument } from "@spot-messaging/topology/render";
import { readSnapshot, writeSnapshot } from "@spot-messaging/topology/review";

const shop = declare({
    vhost: "shop",
    exchanges: [topic("shop.events")],
    queues: [work("orders", { from: "shop.events", key: "order.*", deadline: "10 minutes" })],
    services: [
        service("till", { publishes: [publish("order", { to: "shop.events", key: "order.created" })] }),
        service("billing", { consumes: [consume("orders", { message: "invoice" })] }),
    ],
});

/** Everything that the package makes of a topology, as plain data. */
export async function answers(): Promise<Readonly<Record<string, unknown>>> {
    const topology = compile(shop, "4.3");
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
