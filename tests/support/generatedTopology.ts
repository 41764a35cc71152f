import {
    compile,
    consume,
    declare,
    fanout,
    publish,
    service,
    type Topology,
    topic,
    work,
} from "@spot-messaging/topology";

/**
 * A valid topology of work queues. Each has a dead-letter queue, its own policy and four bindings; each service consumes some of the queues
 * and publishes to those of another service.
 */
export function generatedTopology(queueCount: number, serviceCount: number): Topology {
    const jobs = Array.from({ length: queueCount / 2 }, (_, index) => index);
    const perService = Math.ceil(jobs.length / serviceCount);
    const keyOf = (index: number): string => `area${index % 40}.kind${index}.created`;
    const declaration = declare({
        vhost: "large",
        defaults: { retain: true, retry: { attempts: 5, delay: "5 seconds", delayLimit: "1 minute" } },
        exchanges: [
            topic("events", { alternate: "unrouted" }),
            topic("dead", { alternate: "unrouted" }),
            fanout("unrouted"),
        ],
        queues: jobs.map((index) =>
            work(`work.${index}`, {
                from: "events",
                keys: [keyOf(index), `*.kind${index}.changed`, `area${index % 40}.kind${index}.deleted.#`],
                critical: index % 2 === 0,
                bound: { messages: 10_000, size: "64 MiB" },
            }),
        ),
        services: [
            ...Array.from({ length: serviceCount }, (_, number) => {
                const own = jobs.slice(number * perService, (number + 1) * perService);
                return service(`service.${number}`, {
                    consumes: own.map((index) =>
                        consume(`work.${index}`, { message: `kind${index}`, prefetch: 8 }),
                    ),
                    publishes: own.map((index) =>
                        publish(`kind${index}`, {
                            to: "events",
                            key: keyOf((index + perService) % jobs.length),
                        }),
                    ),
                });
            }),
            service("operator", { inspects: jobs.map((index) => `work.${index}.dlq`), redrives: true }),
        ],
        deadLetterExchange: "dead",
        retryExchange: "retry",
    });
    return compile(declaration, "4.3");
}
