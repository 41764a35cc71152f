import { type Declaration, type QueueDeclaration, type WorkQueue } from "../../src/declare/declaration.ts";
import { bytes, duration } from "../../src/model/index.ts";

const bound = { messages: 100, size: bytes("1 MiB") } as const;
const sources = [{ exchange: "in", routingKey: "key" }] as const;

/** One queue declaration of each purpose, all named `q`. */
export const critical: WorkQueue = {
    purpose: "work",
    name: "q",
    sources,
    bound,
    critical: true,
    retry: { attempts: 4, delay: duration("10 seconds"), delayLimit: duration("25 seconds") },
    jobLimit: duration("1 minute"),
};
export const transient: QueueDeclaration = {
    purpose: "transient",
    name: "q",
    sources,
    bound,
    ttl: duration("30 seconds"),
};
export const requests: QueueDeclaration = {
    purpose: "requests",
    name: "q",
    sources,
    bound,
    timeout: duration("5 seconds"),
    jobLimit: duration("1 minute"),
};
export const commands: QueueDeclaration = {
    purpose: "commands",
    name: "q",
    sources,
    bound,
    retention: duration("2 days"),
};
export const parking: QueueDeclaration = { purpose: "parking", name: "q", sources, bound };

/** A declaration of the given queues and nothing else but the exchanges that they need. */
export function declarationOf(
    queues: readonly QueueDeclaration[],
    rest: Partial<Declaration> = {},
): Declaration {
    return {
        vhost: "v",
        exchanges: [
            { name: "in", type: "topic", alternate: "lost" },
            { name: "dead", type: "direct" },
            { name: "lost", type: "fanout" },
        ],
        queues,
        services: [],
        deadLetterExchange: "dead",
        retryExchange: { name: "again", type: "topic", alternate: "lost" },
        retain: false,
        ...rest,
    };
}
