import { type Queue, UserError } from "@spot-messaging/topology";
import { amqpUrl } from "../amqp/amqpAddress.ts";
import { amqpFault } from "../amqp/amqpFault.ts";
import { openAmqp } from "../amqp/openAmqp.ts";
import type { MessageAccess } from "./messageAccess.ts";
import { openQueue, type ParkedQueue } from "./parkedQueue.ts";

/** A connection to a virtual host of a broker. */
export interface BrokerMessages {
    /** Such as `4.3.6`. */
    readonly version: string;
    /**
     * Opens a channel for a queue, and closes it at the end. Everything that was taken and not acknowledged returns to the queue.
     * @throws BrokerUnreachable, UsageError if the broker refuses something
     */
    readonly use: <T>(queue: Pick<Queue, "name">, work: (opened: ParkedQueue) => Promise<T>) => Promise<T>;
}

/**
 * Connects to a virtual host, and closes the connection at the end.
 * @throws BrokerUnreachable, UsageError if the broker refuses something
 */
export async function withBroker<T>(
    access: MessageAccess,
    vhost: string,
    use: (broker: BrokerMessages) => Promise<T>,
): Promise<T> {
    const connection = await openAmqp(access.address, access, vhost, "topology");
    const url = amqpUrl(access.address);
    let fault: Error | undefined;
    connection.on("error", (error) => {
        fault = error;
    });
    const { version } = connection.connection.serverProperties;
    try {
        return await use({
            version,
            use: async (queue, work) => {
                const opened = await openQueue(connection, queue, version);
                try {
                    return await work(opened);
                } catch (error) {
                    throw error instanceof UserError ? error : amqpFault(fault ?? error, url);
                } finally {
                    await opened.close();
                }
            },
        });
    } catch (error) {
        throw error instanceof UserError ? error : amqpFault(fault ?? error, url);
    } finally {
        await connection.close().catch(() => undefined);
    }
}
