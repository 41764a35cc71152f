import {
    bytes,
    compile,
    type Declaration,
    duration,
    type QueueDeclaration,
    service,
    type Topology,
} from "@spot-messaging/topology";

/**
 * A sound topology, as the compiler makes it of queues of work: each has a dead-letter queue, a policy of its own and four bindings; each service consumes some queues of work and publishes to those of
 * another.
 */
export function generatedTopology(queueCount: number, serviceCount: number): Topology {
    const work = Array.from({ length: queueCount / 2 }, (_, index) => index);
    const perService = Math.ceil(work.length / serviceCount);
    const keyOf = (index: number): string => `area${index % 40}.kind${index}.created`;
    const declaration: Declaration = {
        vhost: "large",
        exchanges: [
            { name: "events", type: "topic", alternate: "unrouted" },
            { name: "dead", type: "direct", alternate: "unrouted" },
            { name: "unrouted", type: "fanout" },
        ],
        queues: work.map(
            (index): QueueDeclaration => ({
                purpose: "work",
                name: `work.${index}`,
                sources: [
                    { exchange: "events", routingKey: keyOf(index) },
                    { exchange: "events", routingKey: `*.kind${index}.changed` },
                    { exchange: "events", routingKey: `area${index % 40}.kind${index}.deleted.#` },
                ],
                critical: index % 2 === 0,
                bound: { messages: 10_000, size: bytes("64 MiB") },
                retry: { attempts: 5, delay: duration("5 seconds"), delayLimit: duration("1 minute") },
                jobLimit: duration("1 minute"),
            }),
        ),
        services: [
            ...Array.from({ length: serviceCount }, (_, number) => {
                const own = work.slice(number * perService, (number + 1) * perService);
                return service(`service.${number}`, {
                    consumes: own.map((index) => ({
                        message: `kind${index}`,
                        queue: `work.${index}`,
                        prefetch: 8,
                        jobLimit: duration("1 minute"),
                    })),
                    publishes: own.map((index) => ({
                        message: `kind${index}`,
                        exchange: "events",
                        routingKey: keyOf((index + perService) % work.length),
                        persistent: true,
                        mandatory: true,
                        urgency: false,
                    })),
                });
            }),
            service("operator", { inspects: work.map((index) => `work.${index}.dlq`), redrives: true }),
        ],
        deadLetterExchange: "dead",
        retryExchange: { name: "retry", type: "topic" },
        retain: true,
    };
    return compile(declaration, "4.3");
}
