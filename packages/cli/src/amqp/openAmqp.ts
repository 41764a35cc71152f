import { BrokerUnreachable } from "@spot-messaging/management";
import { UsageError } from "@spot-messaging/topology";
import { type ChannelModel, connect } from "amqplib";
import type { BrokerAccess } from "../config/topologyConfig.ts";
import { type AmqpAddress, amqpUrl } from "./amqpAddress.ts";

/**
 * Opens an AMQP connection to a virtual host. The caller closes it.
 * @param client the name that RabbitMQ shows for the connection
 * @throws UsageError, BrokerUnreachable
 */
export async function openAmqp(
    address: AmqpAddress,
    { username, password }: Pick<BrokerAccess, "username" | "password">,
    vhost: string,
    client: string,
): Promise<ChannelModel> {
    try {
        const connection = await connect(
            { ...address, username, password, vhost, heartbeat: 30 },
            // Without noDelay, the operating system holds small frames back, 40 ms each.
            { noDelay: true, timeout: 30_000, clientProperties: { connection_name: client } },
        );
        // Each lost operation fails with its own error. Without a listener this event would end the process.
        connection.on("error", () => undefined);
        return connection;
    } catch (error) {
        throw openingError(error, amqpUrl(address), username, vhost);
    }
}

function openingError(error: unknown, endpoint: string, username: string, vhost: string): Error {
    const text = error instanceof Error ? error.message : String(error);
    if (/ACCESS.REFUSED/u.test(text)) {
        return new UsageError(
            `broker "${endpoint}" refused user "${username}"; check the username and the password`,
        );
    }
    // The library does not keep the broker's reason: NOT_ALLOWED.
    if (/ConnectionOpenOk/u.test(text)) {
        return new UsageError(
            `broker "${endpoint}": virtual host "${vhost}" does not exist, or user "${username}" has no permissions in it; check the name and the permissions`,
        );
    }
    const code = error instanceof Error && "code" in error ? String(error.code) : undefined;
    return new BrokerUnreachable(endpoint, reasons[code ?? ""] ?? reasonOf(text), code);
}

const reasons: Readonly<Record<string, string>> = {
    ECONNREFUSED: "connection refused",
    ECONNRESET: "connection reset",
    ENOTFOUND: "unknown host",
    EAI_AGAIN: "unknown host",
};

function reasonOf(text: string): string {
    return /closed abruptly|expected|frame|protocol/iu.test(text)
        ? "it does not answer with AMQP: the port belongs to something else, or needs amqps:// instead of amqp://"
        : text;
}
