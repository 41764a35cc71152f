import type { ExchangeInput, QueueInput, ServiceInput } from "@spot-messaging/topology";

/** What one part of spot declares in the virtual host that all parts share. */
export interface Context {
    readonly exchanges: readonly ExchangeInput[];
    readonly queues: readonly QueueInput[];
    readonly services: readonly ServiceInput[];
}
