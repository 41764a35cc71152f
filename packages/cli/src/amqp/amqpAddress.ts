import type { ManagementApi } from "@spot-messaging/management";
import { UsageError } from "@spot-messaging/topology";
import { z } from "zod";

/** Where a broker accepts AMQP connections. */
export interface AmqpAddress {
    readonly protocol: "amqp" | "amqps";
    readonly hostname: string;
    readonly port: number;
}

const standardPorts = { amqp: 5672, amqps: 5671 } as const;

/** Only users with the tag `monitoring` see the listeners. */
const listeners = z.object({ listeners: z.array(z.object({ protocol: z.string(), port: z.number() })) });

/**
 * The AMQP address of the broker of a management API: that of `--amqp`; otherwise the same host with the port of its listener, the one with TLS if
 * the API uses TLS.
 * @throws UsageError also if only the API uses TLS, because the password would be sent in clear text; BrokerUnreachable, BrokerRefused
 */
export async function amqpAddressOf(api: ManagementApi, given?: string): Promise<AmqpAddress> {
    if (given !== undefined) {
        return parseAmqpUrl(given);
    }
    const { protocol: scheme, hostname } = new URL(api.endpoint);
    const found = listeners.safeParse(await api.overview()).data?.listeners ?? [];
    const portOf = (protocol: string): number | undefined =>
        found.find((each) => each.protocol === protocol)?.port;
    const [plain, encrypted] = [portOf("amqp"), portOf("amqp/ssl")];
    if (scheme === "https:" && encrypted === undefined && plain !== undefined) {
        throw new UsageError(
            `broker "${api.endpoint}": accepts AMQP only without TLS, which would send the password in clear text; to accept that, name the listener with --amqp amqp://${hostname}:${plain}`,
        );
    }
    const isEncrypted = scheme === "https:" || (plain === undefined && encrypted !== undefined);
    const protocol = isEncrypted ? "amqps" : "amqp";
    return {
        protocol,
        hostname: hostname.replace(/^\[|\]$/gu, ""),
        port: (isEncrypted ? encrypted : plain) ?? standardPorts[protocol],
    };
}

/** The address as a URL, without credentials. */
export function amqpUrl({ protocol, hostname, port }: AmqpAddress): string {
    return `${protocol}://${hostname.includes(":") ? `[${hostname}]` : hostname}:${port}`;
}

function parseAmqpUrl(text: string): AmqpAddress {
    const url = URL.canParse(text) ? new URL(text) : undefined;
    const protocol = url?.protocol.slice(0, -1);
    if (url === undefined || (protocol !== "amqp" && protocol !== "amqps") || url.hostname === "") {
        throw new UsageError("--amqp is not an AMQP URL; write it as amqps://broker.example.com:5671");
    }
    if (url.username !== "" || url.password !== "") {
        throw new UsageError(
            "--amqp contains credentials; leave them out: the user of --broker and its password are used",
        );
    }
    return {
        protocol,
        hostname: url.hostname.replace(/^\[|\]$/gu, ""),
        port: url.port === "" ? standardPorts[protocol] : Number(url.port),
    };
}
