import { BrokerUnreachable } from "@spot-messaging/management";
import { type Queue, UsageError, UserError } from "@spot-messaging/topology";
import { amqpUrl } from "../amqp/amqpAddress.ts";
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
                    throw error instanceof UserError ? error : faultOf(fault ?? error, url);
                } finally {
                    await opened.close();
                }
            },
        });
    } catch (error) {
        throw error instanceof UserError ? error : faultOf(fault ?? error, url);
    } finally {
        await connection.close().catch(() => undefined);
    }
}

/** The broker answers a missing permission and an unknown queue with these codes. */
const refusals: Readonly<Record<number, string>> = {
    403: "; check the permissions of the user",
    404: "; check the names, and that the topology is applied",
    405: "; another connection uses the queue exclusively",
    406: "",
};

/** An error of the client for a person. */
function faultOf(error: unknown, address: string): Error {
    if (!(error instanceof Error)) {
        return new Error(String(error));
    }
    const { message } = error;
    const code = Number(/\b(403|404|405|406)\b/.exec(message)?.[1]);
    const wayOut = refusals[code];
    if (wayOut !== undefined) {
        const reason = /with message "(.*)"$/s.exec(message)?.[1] ?? message;
        return new UsageError(`broker "${address}" refused: ${reason.replace(/^[A-Z_]+ - /, "")}${wayOut}`);
    }
    return isTransport(error) ? new BrokerUnreachable(address, error.message, codeOf(error)) : error;
}

/** Errors of sockets have a code; those of the client about a lost connection have these names and texts. */
function isTransport(error: Error): boolean {
    return (
        codeOf(error) !== undefined ||
        error.name === "IllegalOperationError" ||
        /closed|heartbeat|socket|timed? ?out|ETIMEDOUT|handshake|CONNECTION_FORCED|320|541/i.test(
            error.message,
        )
    );
}

function codeOf(error: Error): string | undefined {
    return "code" in error && typeof error.code === "string" ? error.code : undefined;
}
