import { z } from "zod";

const failedFetch = z.object({ cause: z.object({ code: z.string().optional(), message: z.string() }) });

/** Why no complete answer came, for a person; Node's error code, if it has one. */
export interface ConnectionFault {
    readonly reason: string;
    readonly code: string | undefined;
}

const reasons: Readonly<Record<string, string>> = {
    ECONNREFUSED: "connection refused",
    ECONNRESET: "connection reset",
    ENOTFOUND: "unknown host",
    EAI_AGAIN: "unknown host",
    UND_ERR_SOCKET: "connection closed",
    UND_ERR_HEADERS_OVERFLOW: "the answer's headers are too long",
    UND_ERR_REQ_CONTENT_LENGTH_MISMATCH: "the answer has another length than it announces",
    UND_ERR_RES_CONTENT_LENGTH_MISMATCH: "the answer has another length than it announces",
    Z_DATA_ERROR: "the compressed answer is damaged",
    Z_BUF_ERROR: "the compressed answer is cut off",
    EPROTO: "the port does not use TLS: write http:// instead of https://",
    ERR_SSL_WRONG_VERSION_NUMBER: "the port does not use TLS: write http:// instead of https://",
    ERR_SSL_PACKET_LENGTH_TOO_LONG: "the port does not use TLS: write http:// instead of https://",
    DEPTH_ZERO_SELF_SIGNED_CERT: untrusted("self-signed certificate"),
    SELF_SIGNED_CERT_IN_CHAIN: untrusted("self-signed certificate in its chain"),
    UNABLE_TO_VERIFY_LEAF_SIGNATURE: untrusted("certificate of an unknown authority"),
    UNABLE_TO_GET_ISSUER_CERT_LOCALLY: untrusted("certificate of an unknown authority"),
};

function untrusted(certificate: string): string {
    return `${certificate}; set NODE_EXTRA_CA_CERTS to the file of its certificate authority`;
}

/** What the error of a failed `fetch` means. */
export function connectionFault(error: unknown, endpoint: string): ConnectionFault {
    const { data } = failedFetch.safeParse(error);
    const code = data?.cause.code;
    const known = code === undefined ? undefined : reasons[code];
    // Versions of Node.js report this with different codes.
    const isOtherProtocol =
        code?.startsWith("HPE_") === true || /HTTP\/1\.1 protocol/.test(data?.cause.message ?? "");
    return {
        reason:
            known ??
            (isOtherProtocol ? noHttp(endpoint) : undefined) ??
            data?.cause.message ??
            (error instanceof Error ? error.message : String(error)),
        code,
    };
}

function noHttp(endpoint: string): string {
    const isPlain = endpoint.startsWith("http:");
    return `the answer is not HTTP${isPlain ? ": if the port uses TLS, write https://" : ""}`;
}

/** The ports of RabbitMQ's other listeners. */
const otherPorts: Readonly<Record<string, string>> = {
    1883: "MQTT",
    4369: "epmd",
    5552: "streams",
    5671: "AMQP with TLS",
    5672: "AMQP",
    8883: "MQTT with TLS",
    15_674: "STOMP over WebSocket",
    15_675: "MQTT over WebSocket",
    15_692: "Prometheus metrics",
    25_672: "the nodes of a cluster",
    61_613: "STOMP",
};

/** What is wrong with the port of an endpoint; `undefined` if it may be the management API's. */
export function portFault(endpoint: string): string | undefined {
    const { port } = new URL(endpoint);
    const use = otherPorts[port];
    return use === undefined
        ? undefined
        : `port ${port} is for ${use}; the management API has port 15672, or 15671 with TLS`;
}
