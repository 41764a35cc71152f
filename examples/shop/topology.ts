import {
    compile,
    consume,
    declare,
    fanout,
    parking,
    publish,
    service,
    topic,
    transient,
    work,
} from "@spot-messaging/topology";

const shop = declare({
    vhost: "shop",
    exchanges: [topic("shop.events", { alternate: "shop.unrouted" }), fanout("shop.unrouted")],
    queues: [
        work("orders", {
            from: "shop.events",
            key: "order.*",
            deadline: "10 minutes",
            retry: { attempts: 3 },
        }),
        transient("orders.live", { from: "shop.events", key: "#", ttl: "30 seconds" }),
        parking("shop.unrouted", { from: "shop.unrouted" }),
    ],
    services: [
        service("web", { publishes: [publish("order", { to: "shop.events", key: "order.placed" })] }),
        service("warehouse", { consumes: [consume("orders", { prefetch: 10 })] }),
        service("dashboard", { consumes: [consume("orders.live")] }),
        service("operator", { inspects: ["orders.dlq", "shop.unrouted"], redrives: true }),
    ],
});

export const topology = compile(shop, "4.3");
