import { Octokit } from "@octokit/core";
import { paginateRest } from "@octokit/plugin-paginate-rest";
import { retry } from "@octokit/plugin-retry";
import { throttling } from "@octokit/plugin-throttling";
import type { Duration } from "@spot-messaging/topology";
import { z } from "zod";
import { HostRefused } from "./hostError.ts";
import { hostFailure } from "./hostFailure.ts";
import { type HostKind, hostNames } from "./hostKind.ts";
import { fetchVerbatim } from "./redirect.ts";

export interface RestClientOptions {
    readonly kind: HostKind;
    /** The root of its API: `https://api.github.com`, `https://git.example.com/api/v3` or `https://gitlab.com/api/v4`. */
    readonly endpoint: string;
    readonly token: string;
    /** The maximum total time to wait if the host limits requests. */
    readonly timeout: Duration;
    /** The length of a second of waiting; tests use a shorter one. @default - 1,000 */
    readonly secondMs?: number;
}

/** The parameters of a request, in its path, its query or its body. */
export type Parameters = Readonly<Record<string, unknown>>;

/** The REST API of a code host. It validates answers, and reports failures in sentences. */
export interface RestClient {
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

const GitHubClient = Octokit.plugin(paginateRest, retry, throttling);
// Hooks of the first plugin run first: the retry plugin repeats what waitForGitLab marks.
const GitLabClient = Octokit.plugin(paginateRest, waitForGitLab, retry);

/** Statuses for which a retry does not help. Rate limits are waited for separately. */
const finalStatuses = [400, 401, 403, 404, 410, 413, 422, 429, 451];

/** GitLab names no wait for some limits. */
const defaultWaitSeconds = 30;
const maxWaits = 5;

const requestTimeoutMs = 30_000;
const maxPageSize = 100;

const silent = { debug: ignore, info: ignore, warn: ignore, error: ignore };

let clients = 0;

export function restClient(options: RestClientOptions): RestClient {
    const { kind, endpoint } = options;
    const client = kind === "github" ? gitHubClient(options) : gitLabClient(options);
    const checked = <S extends z.ZodType>(what: string, schema: S, data: unknown): z.infer<S> => {
        const { success, data: answer } = schema.safeParse(data);
        if (!success) {
            throw new HostRefused(
                "refused",
                `code host "${endpoint}": ${what}: the answer is not from ${hostNames[kind]}'s REST API; check the URL`,
            );
        }
        return answer;
    };
    const withSentence = async <T>(what: string, work: () => Promise<T>): Promise<T> => {
        try {
            return await work();
        } catch (error) {
            throw hostFailure(error, { kind, endpoint, what });
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

/** The options of both clients. */
function clientOptions({ endpoint, secondMs = 1_000 }: RestClientOptions): object {
    return {
        baseUrl: endpoint,
        userAgent: "spot-messaging",
        log: silent,
        request: { fetch: fetchVerbatim(endpoint, requestTimeoutMs) },
        retry: { doNotRetry: finalStatuses, retryAfterBaseValue: secondMs },
    };
}

/** Decides whether to wait. The timeout limits the sum of all waits. */
function waiting(timeout: Duration): (seconds: number) => boolean {
    let secondsLeft = timeout / 1_000;
    return (seconds) => {
        const isShort = seconds <= secondsLeft;
        secondsLeft -= isShort ? seconds : 0;
        return isShort;
    };
}

type Client = InstanceType<typeof GitLabClient>;

function gitHubClient(options: RestClientOptions): Client {
    const { token, timeout, secondMs = 1_000 } = options;
    const isWorthWaiting = waiting(timeout);
    return new GitHubClient({
        ...clientOptions(options),
        auth: token,
        throttle: {
            // Clients with the same id share a queue of requests.
            id: `client ${++clients}`,
            retryAfterBaseValue: secondMs,
            onRateLimit: isWorthWaiting,
            onSecondaryRateLimit: isWorthWaiting,
        },
    });
}

function gitLabClient(options: RestClientOptions): Client {
    return new GitLabClient({
        ...clientOptions(options),
        gitLab: { token: options.token, isWorthWaiting: waiting(options.timeout) },
    });
}

interface GitLabOptions {
    readonly token: string;
    readonly isWorthWaiting: (seconds: number) => boolean;
}

type GitLabClientOptions = NonNullable<ConstructorParameters<typeof Octokit>[0]> & {
    readonly gitLab?: GitLabOptions;
};

/** A plugin that authorises requests as GitLab expects it, and waits if it limits them. */
function waitForGitLab(octokit: Octokit, { gitLab }: GitLabClientOptions): void {
    octokit.hook.before("request", ({ headers }) => {
        headers.accept = "application/json";
        // It accepts tokens of every kind this way.
        headers.authorization = `Bearer ${gitLab?.token ?? ""}`;
    });
    octokit.hook.error("request", (error) => {
        if ("status" in error && error.status === 429) {
            const after = error.response?.headers["retry-after"];
            const seconds = after === undefined ? defaultWaitSeconds : Number(after);
            if (gitLab?.isWorthWaiting(seconds) === true) {
                error.request.request = {
                    ...error.request.request,
                    retries: maxWaits,
                    retryAfter: seconds,
                };
            }
        }
        throw error;
    });
}

function ignore(): void {
    // Failures are reported as one sentence instead of log lines.
}
