import { Octokit } from "@octokit/core";
import { paginateRest } from "@octokit/plugin-paginate-rest";
import { retry } from "@octokit/plugin-retry";
import { throttling } from "@octokit/plugin-throttling";
import type { Duration } from "@spot-messaging/topology";
import { z } from "zod";
import { HostRefused } from "./hostError.ts";
import { toldFailure } from "./hostFailure.ts";
import { fetchVerbatim } from "./redirect.ts";

export interface CodeHostOptions {
    /** The root of its API: `https://api.github.com`, or `https://git.example.com/api/v3`. */
    readonly endpoint: string;
    readonly token: string;
    /** How long to wait altogether where the host asks for patience. */
    readonly patience: Duration;
    /** How long a second of waiting takes. @default - a second; tests have less time */
    readonly secondMs?: number;
}

type Parameters = Readonly<Record<string, unknown>>;

/** GitHub's REST API: answers checked before use, failures told as sentences. */
export interface CodeHost {
    readonly endpoint: string;
    /**
     * Sends one request, waiting and repeating where that helps.
     * @param what the thing that it is about, as an error names it: `pull request 7 of "acme/shop"`
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

/** What another attempt does not change. Waiting out a rate limit is the business of the throttling, which knows for how long. */
const final = [400, 401, 403, 404, 410, 422, 429, 451];

const requestLimitMs = 30_000;
const largestPage = 100;

const silent = { debug: ignore, info: ignore, warn: ignore, error: ignore };

let clients = 0;

export function codeHost({ endpoint, token, patience, secondMs = 1_000 }: CodeHostOptions): CodeHost {
    let patienceLeft = patience / 1_000;
    // All waits together stay within the patience, however many requests are told to wait.
    const isWorthWaiting = (seconds: number): boolean => {
        const isShort = seconds <= patienceLeft;
        patienceLeft -= isShort ? seconds : 0;
        return isShort;
    };
    const client = new Client({
        auth: token,
        baseUrl: endpoint,
        userAgent: "spot-messaging",
        log: silent,
        request: { fetch: fetchVerbatim(requestLimitMs) },
        retry: { doNotRetry: final, retryAfterBaseValue: secondMs },
        throttle: {
            // Clients with one id share their queue of requests.
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
                `code host "${endpoint}": ${what}: the answer is not GitHub's; check that the URL is that of its REST API`,
            );
        }
        return answer;
    };
    const told = async <T>(what: string, work: () => Promise<T>): Promise<T> => {
        try {
            return await work();
        } catch (error) {
            throw toldFailure(error, endpoint, what);
        }
    };
    return {
        endpoint,
        send: async (what, schema, route, parameters) => {
            const answer: { readonly data: unknown } = await told(what, () =>
                client.request(route, parameters),
            );
            return checked(what, schema, answer.data);
        },
        all: async (what, schema, route, parameters) => {
            const data = await told(what, () =>
                client.paginate(route, { ...parameters, per_page: largestPage }),
            );
            return checked(what, z.array(schema), data);
        },
    };
}

function ignore(): void {
    // A person reads the one sentence that the failure ends as.
}
