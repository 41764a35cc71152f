import { compile } from "../../src/compile/index.ts";
import { declare } from "../../src/declare/declare.ts";
import { direct } from "../../src/declare/exchanges.ts";
import { plain } from "../../src/declare/queues.ts";
import { consume, publish, service } from "../../src/declare/services.ts";

const logs = ["rates", "trends", "scout"] as const;
const readers = ["collector", "chat", "analyst"] as const;

const retention = { "max-age": "1D", "max-length-bytes": 2e9, "stream-max-segment-size-bytes": 1e8 };

/** Streams under a policy, and queues that dead-letter by their arguments. */
export const rates = compile(
    declare({
        vhost: "/",
        exchanges: [direct("scout-exchange"), direct("dead")],
        queues: [
            ...logs.map((key) =>
                plain(`${key}-stream`, {
                    type: "stream",
                    from: "scout-exchange",
                    key,
                    settings: retention,
                    arguments: Object.fromEntries(
                        Object.entries(retention).map(([name, value]) => [`x-${name}`, value]),
                    ),
                }),
            ),
            ...readers.map((key) =>
                plain(`${key}-queue`, {
                    type: "classic",
                    from: "scout-exchange",
                    key,
                    arguments: {
                        "x-max-length": 2_500,
                        "x-message-ttl": 21_600_000,
                        "x-queue-mode": "lazy",
                        "x-overflow": "reject-publish",
                        "x-dead-letter-exchange": "dead",
                        "x-dead-letter-routing-key": "dead",
                    },
                }),
            ),
            plain("dead-queue", {
                type: "classic",
                from: "dead",
                key: "dead",
                arguments: { "x-message-ttl": 604_800_000, "x-queue-mode": "lazy" },
            }),
        ],
        services: [
            service("scout", {
                publishes: logs.map((key) => publish(key, { to: "scout-exchange", key })),
                consumes: readers.map((name) => consume(`${name}-queue`)),
                tags: ["management"],
            }),
        ],
    }),
    "4.1",
);
