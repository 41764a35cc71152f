import {
    type CommandInput,
    commands,
    consume,
    type PublicationInput,
    publish,
    type SubscriptionInput,
} from "@spot-messaging/topology";
import { adminQueue, exchanges, keys } from "./names.ts";

/** The TTL of status updates, for the message and the queue. */
export const statusLifetime = "1 minute";

/** Every service publishes the progress of an analysis. The messages are transient, because the next update replaces a lost one. */
export const publishStatus: PublicationInput = publish("status", {
    to: exchanges.notifications,
    key: keys.status,
    persistent: false,
    mandatory: false,
    expiration: statusLifetime,
});

/** Every service consumes commands: pause, resume, reload. */
export function consumeCommands(service: string): SubscriptionInput {
    return consume(adminQueue(service), { message: "admin", prefetch: 10, jobLimit: "10 seconds" });
}

/** The command stream of one service, with commands to all services and to this one. */
export function commandQueue(service: string): CommandInput {
    return commands(adminQueue(service), {
        from: exchanges.admin,
        keys: [keys.adminAll, keys.admin(service)],
        retention: "7 days",
        bound: { messages: 10_000, size: "16 MiB" },
    });
}
