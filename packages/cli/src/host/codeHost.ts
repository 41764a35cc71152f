import { Octokit } from "@octokit/core";
import { paginateRest } from "@octokit/plugin-paginate-rest";
import { retry } from "@octokit/plugin-retry";
import { throttling } from "@octokit/plugin-throttling";
import type { Duration } from "@spot-messaging/topology";
import { z } from "zod";
import { HostRefused } from "./hostError.ts";
import { hostFailure } from "./hostFailure.ts";
import { fetchVerbatim } from "./redirect.ts";

export interface CodeHostOptions {
    /** The root of its API: `https://api.github.com`, or `https://git.example.com/api/v3`. */
    readonly endpoint: string;
    readonly token: string;
    /** The maximum total time to wait if the host limits requests. */
    readonly timeout: Duration;
    /** The length of a second of waiting; tests use a shorter one. @default - 1,000 */
    readonly secondMs?: number;
}

type Parameters = Readonly<Record<string, unknown>>;

/** GitHub's REST API. It validates answers, and reports failures in sentences. */
export interface CodeHost {
    readonly endpoint: string;
    /**
     * Sends one request. Waits and repeats it if that can help.
     * @param what the requested thing, for error messages: `pull request 7 of "acme/shop"`
     * @param route such as `GET /repos/{owner}/{repo}/pulls/{pull}`
     * @throws HostRefused, HostUnreachable
     */
    readonly send: <S extends z.ZodType>(
        what: string,
        schema: S,
        route: string,
        parameters: Parameters,
    ) => Promise<z.infer<S>>;
    /** The elements of all pages, in the host's order. */
    readonly all: <S extends z.ZodType>(
        what: string,
        schema: S,
        route: string,
        parameters: Parameters,
    ) => Promise<readonly z.infer<S>[]>;
}

const Client = Octokit.plugin(paginateRest, retry, throttling);

/** Statuses for which a retry does not help. The throttling plugin waits for rate limits itself. */
const finalStatuses = [400, 401, 403, 404, 410, 422, 429, 451];

const requestTimeoutMs = 30_000;
const maxPageSize = 100;

const silent = { debug: ignore, info: ignore, warn: ignore, error: ignore };

let clients = 0;

export function codeHost({ endpoint, token, timeout, secondMs = 1_000 }: CodeHostOptions): CodeHost {
    let secondsLeft = timeout / 1_000;
    // The timeout limits the sum of all waits.
    const isWorthWaiting = (seconds: number): boolean => {
        const isShort = seconds <= secondsLeft;
        secondsLeft -= isShort ? seconds : 0;
        return isShort;
    };
    const client = new Client({
        auth: token,
        baseUrl: endpoint,
        userAgent: "spot-messaging",
        log: silent,
        request: { fetch: fetchVerbatim(requestTimeoutMs) },
        retry: { doNotRetry: finalStatuses, retryAfterBaseValue: secondMs },
        throttle: {
            // Clients with the same id share a queue of requests.
            id: `client ${++clients}`,
            retryAfterBaseValue: secondMs,
            onRateLimit: isWorthWaiting,
            onSecondaryRateLimit: isWorthWaiting,
        },
    });
    const checked = <S extends z.ZodType>(what: string, schema: S, data: unknown): z.infer<S> => {
        const { success, data: answer } = schema.safeParse(data);
        if (!success) {
            throw new HostRefused(
                "refused",
                `code host "${endpoint}": ${what}: the answer is not from GitHub's REST API; check the URL`,
            );
        }
        return answer;
    };
    const withSentence = async <T>(what: string, work: () => Promise<T>): Promise<T> => {
        try {
            return await work();
        } catch (error) {
            throw hostFailure(error, endpoint, what);
        }
    };
    return {
        endpoint,
        send: async (what, schema, route, parameters) => {
            const answer: { readonly data: unknown } = await withSentence(what, () =>
                client.request(route, parameters),
            );
            return checked(what, schema, answer.data);
        },
        all: async (what, schema, route, parameters) => {
            const data = await withSentence(what, () =>
                client.paginate(route, { ...parameters, per_page: maxPageSize }),
            );
            return checked(what, z.array(schema), data);
        },
    };
}

function ignore(): void {
    // Failures are reported as one sentence instead of log lines.
}
