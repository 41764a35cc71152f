import {
    bytes,
    type CommandQueue,
    duration,
    type Publication,
    type Subscription,
} from "@spot-messaging/topology";
import { adminQueue, exchanges, keys } from "./names.ts";

/** How long a status update is of interest; also how long the queue keeps it. */
export const statusLifetime = duration("1 minute");

/** Every service tells where an analysis stands. Transient on purpose: the next update makes up for a lost one. */
export const statusPublication: Publication = {
    message: "status",
    exchange: exchanges.notifications,
    routingKey: keys.status,
    persistent: false,
    mandatory: false,
    urgency: false,
    expiration: statusLifetime,
};

/** How long one command may take: it only switches something. */
const commandLimit = duration("10 seconds");

/** Every service takes commands: pause, resume, reload. */
export function adminSubscription(service: string): Subscription {
    return { message: "admin", queue: adminQueue(service), prefetch: 10, jobLimit: commandLimit };
}

/** The log of commands to one service: those to all of them, and its own. */
export function commandQueue(service: string): CommandQueue {
    return {
        purpose: "commands",
        name: adminQueue(service),
        sources: [
            { exchange: exchanges.admin, routingKey: keys.adminAll },
            { exchange: exchanges.admin, routingKey: keys.admin(service) },
        ],
        retention: duration("7 days"),
        bound: { messages: 10_000, size: bytes("16 MiB") },
    };
}
