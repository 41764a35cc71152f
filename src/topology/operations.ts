import {
    bytes,
    type ExchangeDeclaration,
    type QueueDeclaration,
    type Service,
    service,
} from "@spot-messaging/topology";
import { commandQueue } from "./conventions.ts";
import { exchanges, keys, services } from "./names.ts";

const unroutedQueue = "unrouted";

export const operationsExchanges: readonly ExchangeDeclaration[] = [
    { name: exchanges.admin, type: "topic", alternate: exchanges.unrouted },
    // An alternate exchange here, too: a dead letter whose key no queue is bound with would otherwise stay in its queue for ever, or vanish.
    { name: exchanges.deadLetter, type: "direct", alternate: exchanges.unrouted },
    { name: exchanges.unrouted, type: "fanout" },
];

export const retryExchange: ExchangeDeclaration = {
    name: exchanges.retry,
    type: "topic",
    alternate: exchanges.unrouted,
};

/** The administration of the deployed services, and the place where unroutable messages show up. */
export function operationsQueues(deployed: readonly Service[]): readonly QueueDeclaration[] {
    return [
        ...deployed.map(({ name }) => commandQueue(name)),
        {
            purpose: "parking",
            name: unroutedQueue,
            sources: [{ exchange: exchanges.unrouted, routingKey: "" }],
            bound: { messages: 100_000, size: bytes("1 GiB") },
        },
    ];
}

/**
 * The people's users. The operator moves parked messages back and commands services; it sees the cluster without being able to
 * administrate it. Monitoring sees the cluster and no message.
 */
export function operationsServices(
    deployed: readonly Service[],
    deadLetterQueues: readonly string[],
): readonly Service[] {
    const commandKeys = [keys.adminAll, ...deployed.map(({ name }) => keys.admin(name))];
    return [
        service(services.operator, {
            publishes: commandKeys.map((routingKey) => ({
                message: routingKey,
                exchange: exchanges.admin,
                routingKey,
                persistent: true,
                mandatory: true,
                urgency: false,
            })),
            inspects: [...deadLetterQueues, unroutedQueue],
            redrives: true,
            tags: ["monitoring"],
        }),
        service(services.monitoring, { tags: ["monitoring"] }),
    ];
}
