import type { ExchangeInput, QueueInput, ServiceInput } from "@spot-messaging/topology";

/** The declarations of one bounded context in the shared virtual host. */
export interface Context {
    readonly exchanges: readonly ExchangeInput[];
    readonly queues: readonly QueueInput[];
    readonly services: readonly ServiceInput[];
}
