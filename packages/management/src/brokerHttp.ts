import { redactText } from "@spot-messaging/topology/text";
import { z } from "zod";
import { BrokerRefused, BrokerUnreachable } from "./brokerError.ts";
import { connectionFault, portFault } from "./connectionFault.ts";

/** How to connect to the management API of a broker. */
export interface BrokerHttpOptions {
    /** Scheme, host, port and, if the broker has one, `management.path_prefix`: `http://127.0.0.1:15672`. */
    readonly endpoint: string;
    readonly username: string;
    readonly password: string;
    /** The limit for one request, until its body is read. @default 30000 */
    readonly timeoutMs?: number;
    /** Aborts every request of this client, for example on Ctrl-C. */
    readonly signal?: AbortSignal;
}

/** A path below `/api`, one entry for each segment: `["queues", "/", "a/b"]` becomes `/api/queues/%2F/a%2Fb`. */
export type ApiPath = readonly string[];

/** An answer of the management API. */
export interface ApiAnswer {
    readonly status: number;
    /** The parsed body; undefined if the broker sent none. */
    readonly body: unknown;
    readonly location: string | undefined;
}

export interface BrokerHttp {
    /** Without credentials and without a trailing slash. */
    readonly endpoint: string;
    /** @throws BrokerUnreachable, BrokerRefused; an abort of `signal` rejects with its reason. */
    readonly send: (
        method: "GET" | "PUT" | "POST" | "DELETE",
        path: ApiPath,
        options?: { readonly query?: Readonly<Record<string, string>>; readonly body?: unknown },
    ) => Promise<ApiAnswer>;
}

/** The transport of the management HTTP API. Connections are kept alive by Node's own fetch. */
export function brokerHttp(options: BrokerHttpOptions): BrokerHttp {
    const endpoint = parseEndpoint(options.endpoint);
    const authorization = `Basic ${Buffer.from(`${options.username}:${options.password}`).toString("base64")}`;
    return {
        endpoint,
        send: async (method, path, { query, body } = {}) => {
            const target = `/api/${path.map(encodeSegment).join("/")}`;
            const search = query === undefined ? "" : `?${new URLSearchParams(query).toString()}`;
            const timeoutMs = options.timeoutMs ?? 30_000;
            const timeout = new AbortController();
            // Unlike AbortSignal.timeout, this timer keeps the process running until it has reported the result.
            const timer = setTimeout(() => {
                timeout.abort();
            }, timeoutMs);
            const ask = async (): Promise<readonly [Response, string]> => {
                const answer = await fetch(`${endpoint}${target}${search}`, {
                    method,
                    headers: { authorization, "content-type": "application/json" },
                    redirect: "manual",
                    signal:
                        options.signal === undefined
                            ? timeout.signal
                            : AbortSignal.any([timeout.signal, options.signal]),
                    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
                });
                return [answer, await readBody(answer, endpoint)];
            };
            let response: Response;
            let text: string;
            try {
                [response, text] = await ask().catch((error: unknown) => {
                    if (repeatable.has(method) && isLost(error, endpoint)) {
                        return ask();
                    }
                    throw error;
                });
            } catch (error) {
                options.signal?.throwIfAborted();
                throw timeout.signal.aborted
                    ? new BrokerUnreachable(endpoint, `no answer within ${timeoutMs / 1000} s`)
                    : unreachable(endpoint, error);
            } finally {
                clearTimeout(timer);
            }
            if (!response.ok) {
                throw new BrokerRefused(
                    endpoint,
                    `${method} ${target}`,
                    response.status,
                    // A proxy may quote the request, and with it the credentials.
                    redactText(reasonOf(text, response), [options.password, authorization]),
                );
            }
            return {
                status: response.status,
                body: parseBody(text, endpoint, `${method} ${target}`),
                location: response.headers.get("location") ?? undefined,
            };
        },
    };
}

/** Requests whose repetition changes nothing and has the same answer. */
const repeatable: ReadonlySet<string> = new Set(["GET", "PUT"]);

/**
 * Whether a connection was closed before the answer. RabbitMQ closes a connection that was idle for 5 s, and a request that is sent at that
 * moment is lost, which a busy machine does now and then.
 */
function isLost(error: unknown, endpoint: string): boolean {
    return ["UND_ERR_SOCKET", "ECONNRESET", "EPIPE"].includes(connectionFault(error, endpoint).code ?? "");
}

function parseEndpoint(endpoint: string): string {
    const url = URL.canParse(endpoint) ? new URL(endpoint) : undefined;
    if (url === undefined || !["http:", "https:"].includes(url.protocol)) {
        // Everything before an @ may be a password.
        const shown = endpoint.replace(/^.*@/, "…@");
        throw new Error(
            `broker endpoint "${shown}" is not an http or https URL; write it as http://host:15672`,
        );
    }
    if (url.username !== "" || url.password !== "") {
        throw new Error(
            `broker endpoint "${url.origin}" carries credentials; give them as username and password instead`,
        );
    }
    return `${url.origin}${url.pathname.replace(/\/+$/, "")}`;
}

function encodeSegment(segment: string): string {
    // A URL parser removes the segments "." and "..", percent-encoded or not.
    if (segment === "." || segment === "..") {
        throw new Error(`the name "${segment}" cannot be part of a URL; choose another name`);
    }
    return encodeURIComponent(segment);
}

/** A larger answer would not fit into a text of Node.js together with its parsed value. */
const maxBytes = 256 * 2 ** 20;

/** The text of an answer, which is not read further than the maximum. */
async function readBody(response: Response, endpoint: string): Promise<string> {
    const chunks: Uint8Array[] = [];
    let size = 0;
    for await (const chunk of response.body ?? []) {
        size += chunk.byteLength;
        if (size > maxBytes) {
            throw new BrokerUnreachable(endpoint, `its answer is larger than ${maxBytes / 2 ** 20} MiB`);
        }
        chunks.push(chunk);
    }
    return Buffer.concat(chunks).toString();
}

function unreachable(endpoint: string, error: unknown): BrokerUnreachable {
    if (error instanceof BrokerUnreachable) {
        return error;
    }
    const { reason, code } = connectionFault(error, endpoint);
    return new BrokerUnreachable(endpoint, portFault(endpoint) ?? reason, code);
}

const refusal = z.object({ reason: z.unknown(), error: z.unknown() }).partial();

/** RabbitMQ sends `{"error":"bad_request","reason":"…"}`; a proxy can send anything. */
function reasonOf(text: string, response: Response): string {
    const location = response.headers.get("location");
    if (response.status >= 300 && response.status < 400) {
        return `it redirects${location === null ? "" : ` to "${location}"`}; give the URL of the management API itself`;
    }
    try {
        const { reason, error } = refusal.parse(JSON.parse(text));
        const brokerReason = reason ?? error;
        if (brokerReason !== undefined) {
            return typeof brokerReason === "string" ? brokerReason : JSON.stringify(brokerReason);
        }
    } catch {
        // Not JSON: only the status text below is known.
    }
    return response.statusText === "" ? "no reason given" : response.statusText;
}

function parseBody(text: string, endpoint: string, request: string): unknown {
    if (text === "") {
        return undefined;
    }
    try {
        return JSON.parse(text);
    } catch {
        throw new Error(
            `broker "${endpoint}" answered ${request} with something that is not JSON; check that the endpoint is RabbitMQ's management API`,
        );
    }
}
