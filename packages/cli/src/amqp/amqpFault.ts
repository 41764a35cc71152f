import { BrokerUnreachable } from "@spot-messaging/management";
import { UsageError } from "@spot-messaging/topology";

/** The broker answers a missing permission and an unknown queue with these codes. */
const refusals: Readonly<Record<number, string>> = {
    403: "; check the permissions of the user",
    404: "; check the names, and that the topology is applied",
    405: "; another connection uses the queue exclusively",
    406: "",
};

/**
 * An error of the AMQP client for a person: a refusal, or a broker that went away. Another error stays as it is.
 * @param address the broker's URL
 */
export function amqpFault(error: unknown, address: string): Error {
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

/** Errors of sockets have a code; those of the client about a lost connection have these names and texts (lib/connection.js, lib/channel.js). */
function isTransport(error: Error): boolean {
    return (
        codeOf(error) !== undefined ||
        error.name === "IllegalOperationError" ||
        /closed?\b|\bended\b|^Expected .+; got|\bframe|heartbeat|socket|timed? ?out|ETIMEDOUT|handshake|CONNECTION_FORCED|320|541/i.test(
            error.message,
        )
    );
}

function codeOf(error: Error): string | undefined {
    return "code" in error && typeof error.code === "string" ? error.code : undefined;
}
