import {
    type CommandInput,
    commands,
    consume,
    type PublicationInput,
    publish,
    type SubscriptionInput,
} from "@spot-messaging/topology";
import { adminQueue, exchanges, keys } from "./names.ts";

/** How long a status update is of interest; also how long the queue keeps it. */
export const statusLifetime = "1 minute";

/** Every service reports the progress of an analysis. Transient on purpose: the next update makes up for a lost one. */
export const publishStatus: PublicationInput = publish("status", {
    to: exchanges.notifications,
    key: keys.status,
    persistent: false,
    mandatory: false,
    expiration: statusLifetime,
});

/** Every service takes commands: pause, resume, reload. */
export function consumeCommands(service: string): SubscriptionInput {
    return consume(adminQueue(service), { message: "admin", prefetch: 10, jobLimit: "10 seconds" });
}

/** The stream of commands to one service: those to all of them, and its own. */
export function commandQueue(service: string): CommandInput {
    return commands(adminQueue(service), {
        from: exchanges.admin,
        keys: [keys.adminAll, keys.admin(service)],
        retention: "7 days",
        bound: { messages: 10_000, size: "16 MiB" },
    });
}
