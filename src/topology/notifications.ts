import { consume, service, topic, transient, work } from "@spot-messaging/topology";
import type { Environment } from "../environment/environment.ts";
import type { Context } from "./context.ts";
import { consumeCommands, statusLifetime } from "./conventions.ts";
import { exchanges, keys, services } from "./names.ts";

const from = exchanges.notifications;
const channels = ["email", "webhook"] as const;
const statusQueue = "notifications.status";

function channelQueue(channel: string): string {
    return `notifications.${channel}`;
}

/** Notifications about analyses. */
export function notifications({ notifications: { mailServer, webhookUrl } }: Environment): Context {
    return {
        exchanges: [topic(exchanges.notifications, { alternate: exchanges.unrouted })],
        queues: [
            ...channels.map((channel) =>
                work(channelQueue(channel), {
                    from,
                    keys: [keys.completed, keys.failed, keys.alert],
                    // Not critical: otherwise a full webhook queue would make the publisher repeat messages that the e-mail queue already has.
                    critical: false,
                    bound: { messages: 20_000, size: "256 MiB" },
                }),
            ),
            transient(statusQueue, {
                from,
                key: keys.status,
                ttl: statusLifetime,
                bound: { messages: 10_000, size: "16 MiB" },
            }),
        ],
        services: [
            service(services.notifier, {
                consumes: [
                    ...channels.map((channel) =>
                        consume(channelQueue(channel), { message: channel, prefetch: 16 }),
                    ),
                    consume(statusQueue, { message: "status", prefetch: 200 }),
                    consumeCommands(services.notifier),
                ],
                workload: {
                    program: services.notifier,
                    replicas: 1,
                    settings: {
                        smtp: mailServer === undefined ? null : { ...mailServer },
                        webhookUrl: webhookUrl ?? null,
                    },
                },
            }),
        ],
    };
}
