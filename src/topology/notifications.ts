import {
    bytes,
    type ExchangeDeclaration,
    type QueueDeclaration,
    type Service,
    service,
} from "@spot-messaging/topology";
import { type Environment } from "../environment/environment.ts";
import { adminSubscription, statusLifetime } from "./conventions.ts";
import { exchanges, keys, services } from "./names.ts";

export const notificationExchanges: readonly ExchangeDeclaration[] = [
    { name: exchanges.notifications, type: "topic", alternate: exchanges.unrouted },
];

const channels = ["email", "webhook"] as const;
const statusQueue = "notifications.status";

function channelQueue(channel: string): string {
    return `notifications.${channel}`;
}

export function notificationQueues({ retry, jobLimit }: Environment): readonly QueueDeclaration[] {
    return [
        ...channels.map((channel) => ({
            purpose: "work" as const,
            name: channelQueue(channel),
            sources: [keys.completed, keys.failed, keys.alert].map((routingKey) => ({
                exchange: exchanges.notifications,
                routingKey,
            })),
            // Not critical: a full webhook queue must not make the publisher repeat what the e-mail queue already took.
            critical: false,
            retry,
            jobLimit,
            bound: { messages: 20_000, size: bytes("256 MiB") },
        })),
        {
            purpose: "transient",
            name: statusQueue,
            sources: [{ exchange: exchanges.notifications, routingKey: keys.status }],
            ttl: statusLifetime,
            bound: { messages: 10_000, size: bytes("16 MiB") },
        },
    ];
}

export function notificationServices({ jobLimit }: Environment): readonly Service[] {
    return [
        service(services.notifier, {
            consumes: [
                ...channels.map((channel) => ({
                    message: channel,
                    queue: channelQueue(channel),
                    prefetch: 16,
                    jobLimit,
                })),
                { message: "status", queue: statusQueue, prefetch: 200, jobLimit },
                adminSubscription(services.notifier),
            ],
            workload: {
                program: services.notifier,
                replicas: 1,
                settings: { smtp: null, webhookUrl: null },
            },
        }),
    ];
}
