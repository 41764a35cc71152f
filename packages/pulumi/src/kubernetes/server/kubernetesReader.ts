import { request as httpRequest } from "node:http";
import { request as httpsRequest, type RequestOptions } from "node:https";
import { text } from "node:stream/consumers";
import { setTimeout as sleep } from "node:timers/promises";
import { z } from "zod";
import { type KubernetesAccess, type SelectedCluster, selectCluster } from "./kubernetesAccess.ts";
import { KubernetesUnusable } from "./kubernetesUnusable.ts";

/** What the API server answers to a request for an object or a list. */
export type KubernetesAnswer =
    | { readonly kind: "found"; readonly value: unknown }
    /** No such object, or no such kind. */
    | { readonly kind: "absent" }
    /** This identity has no right to read it. */
    | { readonly kind: "forbidden" };

/** Reads from the API server of a Kubernetes cluster. */
export interface KubernetesReader {
    readonly url: string;
    /**
     * Asks again if the API server is overloaded.
     * @param path such as `/api/v1/namespaces/spot-prod`
     * @throws KubernetesUnusable
     */
    readonly get: (path: string) => Promise<KubernetesAnswer>;
    /**
     * Has an object reviewed, such as a question about rights. Nothing is stored.
     * @param path such as `/apis/authorization.k8s.io/v1/selfsubjectaccessreviews`
     * @throws KubernetesUnusable
     */
    readonly review: (path: string, object: unknown) => Promise<KubernetesAnswer>;
}

const attempts = 4;
const answerMs = 10_000;
const longestPauseMs = 5_000;

/** Too many requests, and what a starting or overloaded API server or the load balancer before it answers. */
const temporaryCodes: ReadonlySet<number> = new Set([429, 500, 502, 503, 504]);

/** The errors of a connection that a second attempt may not have. */
const temporaryErrors = /ECONNREFUSED|ECONNRESET|EPIPE|EAI_AGAIN|socket hang up/;

const certificateErrors = /certificate|altnames|self.signed|issuer/i;

/**
 * The API server of the selected cluster, with the credentials of its context.
 * @throws KubernetesUnusable if no kubeconfig is usable
 */
export function kubernetesReader(access: KubernetesAccess): KubernetesReader {
    const selected = selectCluster(access);
    // A kubeconfig can name a command that obtains the credentials; one run of it is enough.
    let options: Promise<RequestOptions> | undefined;
    const send = async (path: string, object?: unknown): Promise<KubernetesAnswer> => {
        options ??= authenticated(selected);
        return await request(selected, await options, path, object);
    };
    return { url: selected.url, get: send, review: send };
}

async function request(
    selected: SelectedCluster,
    options: RequestOptions,
    path: string,
    object: unknown,
): Promise<KubernetesAnswer> {
    for (let attempt = 1; ; attempt++) {
        const outcome = await ask(new URL(selected.url.replace(/\/$/, "") + path), options, object);
        const isTemporary =
            "error" in outcome ? temporaryErrors.test(outcome.error) : temporaryCodes.has(outcome.code);
        if (!isTemporary || attempt === attempts) {
            return toAnswer(selected, outcome);
        }
        const pause = "error" in outcome ? undefined : outcome.retryAfterMs;
        await sleep(Math.min(pause ?? 250 * 2 ** attempt, longestPauseMs));
    }
}

/** The options of a request with the context's credentials and its certificate authority. */
async function authenticated({ url, config, context }: SelectedCluster): Promise<RequestOptions> {
    const options: RequestOptions = { headers: { accept: "application/json" } };
    if (isPlain(url)) {
        // A proxy on this machine (kubectl proxy), which adds the credentials. The library refuses to send any without TLS.
        return options;
    }
    try {
        await config.applyToHTTPSOptions(options);
    } catch (error) {
        throw new KubernetesUnusable(
            `context "${context}" of the kubeconfig: its credentials cannot be read (${reasonOf(error)}); log in again, or install the command that the kubeconfig names`,
        );
    }
    return options;
}

function isPlain(url: string | URL): boolean {
    return new URL(url).protocol === "http:";
}

/** A response, or the reason why there is none. */
type Outcome =
    | { readonly error: string }
    | { readonly code: number; readonly body: string; readonly retryAfterMs?: number };

function ask(url: URL, options: RequestOptions, object: unknown): Promise<Outcome> {
    const signal = AbortSignal.timeout(answerMs);
    const send = isPlain(url) ? httpRequest : httpsRequest;
    return new Promise((resolve) => {
        const fail = (error: unknown): void => {
            resolve({ error: signal.aborted ? `no answer in ${answerMs / 1_000} s` : reasonOf(error) });
        };
        const method = object === undefined ? "GET" : "POST";
        const outgoing = send(url, { ...options, method, signal }, (response) => {
            const after = response.headers["retry-after"] ?? "";
            text(response).then((answer) => {
                const retryAfterMs = /^\d+$/.test(after) ? Number(after) * 1_000 : undefined;
                resolve({
                    code: response.statusCode ?? 0,
                    body: answer,
                    ...(retryAfterMs !== undefined && { retryAfterMs }),
                });
            }, fail);
        }).once("error", fail);
        if (object === undefined) {
            outgoing.end();
        } else {
            outgoing.setHeader("content-type", "application/json");
            outgoing.end(JSON.stringify(object));
        }
    });
}

/** An error of several attempts (one for each address) has no message. */
function reasonOf(error: unknown): string {
    if (!(error instanceof Error)) {
        return String(error);
    }
    const code = "code" in error && typeof error.code === "string" ? error.code : "";
    const parts = error.message.includes(code) ? [error.message] : [error.message, code];
    return parts.filter((each) => each !== "").join(", ");
}

const refusal = z.looseObject({ message: z.string() });

function toAnswer({ url, context }: SelectedCluster, outcome: Outcome): KubernetesAnswer {
    const server = `Kubernetes at ${url}`;
    if ("error" in outcome) {
        throw new KubernetesUnusable(
            certificateErrors.test(outcome.error)
                ? `${server} has a certificate that is not trusted (${outcome.error}); write its authority into "certificate-authority-data" of the kubeconfig, and use a host name or address that the certificate has`
                : `${server} cannot be reached (${outcome.error}); check that it runs, that this machine has a way to it (VPN, proxy), and that "${context}" is the right context of the kubeconfig`,
        );
    }
    const { code, body } = outcome;
    const value = parsed(body);
    const { message = "" } = refusal.safeParse(value).data ?? {};
    // The API server answers with a text if it does not know the group.
    if (code === 404 && (value !== undefined || body.startsWith("404 page not found"))) {
        return { kind: "absent" };
    }
    if (code === 403 && !message.includes('User "system:anonymous"')) {
        return { kind: "forbidden" };
    }
    if (code === 401 || code === 403) {
        throw new KubernetesUnusable(
            `${server} does not accept the credentials of context "${context}" (${code === 401 ? "401 Unauthorized" : "it sees no user"}); log in again or renew the token in the kubeconfig`,
        );
    }
    if (temporaryCodes.has(code)) {
        throw new KubernetesUnusable(
            `${server} answers ${code}${message === "" ? "" : ` (${firstLine(message)})`}, also after ${attempts} attempts; it is overloaded, starting or out of order: try again in a few minutes`,
        );
    }
    if ((code !== 200 && code !== 201) || value === undefined) {
        throw new KubernetesUnusable(
            `${server} answers ${code} without the JSON of an API server; check the address of context "${context}" in the kubeconfig`,
        );
    }
    return { kind: "found", value };
}

function parsed(body: string): unknown {
    try {
        return JSON.parse(body);
    } catch {
        return undefined;
    }
}

function firstLine(message: string): string {
    return message.trim().split("\n")[0] ?? "";
}
