import { randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { UserError } from "@spot-messaging/topology";
import { z } from "zod";
import type { Access } from "../access.ts";
import type { Mail } from "./mail.ts";

const submitted = z.object({ id: z.string() });
const analysis = z.object({
    id: z.string(),
    state: z.enum(["accepted", "unknown", "running", "completed", "failed"]),
    verdict: z.string().nullish(),
    score: z.number().nullish(),
    reasons: z.array(z.string()).nullish(),
    subject: z.string().nullish(),
});
const counts = z.object({
    submitted: z.number(),
    completed: z.number(),
    failed: z.number(),
    running: z.number(),
});

/** The state of an analysis. */
export type Analysis = z.infer<typeof analysis>;
export type AnalysisCounts = z.infer<typeof counts>;

/** The gateway's HTTP interface. */
export interface Gateway {
    /**
     * Submits an e-mail and returns the analysis's id after the broker confirmed it. While the gateway cannot accept it, repeats the request.
     * @throws RefusedMail if the gateway does not accept an e-mail like this
     */
    readonly submit: (mail: Mail) => Promise<string>;
    /** `undefined` while nothing can tell its state. */
    readonly analysis: (id: string) => Promise<Analysis | undefined>;
    readonly counts: () => Promise<AnalysisCounts>;
}

/** The gateway does not accept this e-mail: it is empty or too large. */
export class RefusedMail extends UserError {}

const timeoutMs = 15_000;
/** How long an e-mail is submitted again while the gateway cannot accept it. */
const repeatTimeoutMs = 60_000;
/** Request in progress, too many requests, and temporarily unavailable. */
const temporary = [409, 429, 503];
/** The body is the reason: empty or too large. */
const refusals = [400, 413];

/** What to do if a gateway does not answer: it is a container of this machine, or behind an ingress. */
function silenceWayOut(url: string): string {
    return isLoopback(new URL(url).hostname)
        ? "read its log with docker logs, or start it again with npm start"
        : "check that this machine resolves and reaches its host name, and that it runs behind the ingress (kubectl get ingress,pods; kubectl logs deployment/gateway)";
}

function isLoopback(host: string): boolean {
    return host === "localhost" || host.startsWith("127.") || host === "[::1]";
}

/** The gateway of a running stack; with the token of one of its clients if it has any. */
export function gatewayOf({ gatewayUrl, tokens }: Access): Gateway | undefined {
    return gatewayUrl == null ? undefined : gateway(gatewayUrl, Object.values(tokens ?? {})[0]);
}

/** A client of the gateway at `url`. Its methods throw UserError if the gateway does not answer or answers with an error. */
export function gateway(url: string, token?: string): Gateway {
    const authorization = token === undefined ? undefined : { authorization: `Bearer ${token}` };
    const send = async (
        path: string,
        init: Omit<RequestInit, "headers"> = {},
        headers: Record<string, string> = {},
    ): Promise<Response> => {
        try {
            return await fetch(`${url}${path}`, {
                ...init,
                headers: { ...headers, ...authorization },
                signal: AbortSignal.timeout(timeoutMs),
            });
        } catch (error) {
            const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
            throw new UserError(
                `gateway "${url}" does not answer (${cause instanceof Error ? cause.message : String(cause)}); ${silenceWayOut(url)}`,
            );
        }
    };
    const expectOk = async (response: Response, what: string): Promise<unknown> => {
        if (!response.ok) {
            throw new UserError(
                `gateway "${url}" refused ${what} with ${response.status}: ${(await response.text()).slice(0, 300)}`,
            );
        }
        return await response.json();
    };
    return {
        submit: async ({ name, content }) => {
            const what = `the e-mail "${name}"`;
            const key = randomUUID();
            const deadline = Date.now() + repeatTimeoutMs;
            for (;;) {
                const response = await send(
                    `/analyses?filename=${encodeURIComponent(name)}`,
                    { method: "POST", body: new Uint8Array(content) },
                    { "content-type": "message/rfc822", "idempotency-key": key },
                );
                if (refusals.includes(response.status)) {
                    throw new RefusedMail(reasonOf(await response.text()));
                }
                const pauseMs = 1_000 * Math.max(1, Number(response.headers.get("retry-after") ?? 1));
                if (!temporary.includes(response.status) || Date.now() + pauseMs > deadline) {
                    return submitted.parse(await expectOk(response, what)).id;
                }
                await response.body?.cancel();
                await sleep(pauseMs);
            }
        },
        analysis: async (id) => {
            const response = await send(`/analyses/${id}`);
            // 503: the orchestrator or the database cannot answer now. 504: the orchestrator is too busy to answer.
            return response.status === 503 || response.status === 504
                ? undefined
                : analysis.parse(await expectOk(response, `the analysis "${id}"`));
        },
        counts: async () => counts.parse(await expectOk(await send("/analyses"), "the counts")),
    };
}

/** The sentence of an error answer; its text if it has none. */
function reasonOf(text: string): string {
    try {
        return z.object({ error: z.string() }).parse(JSON.parse(text)).error;
    } catch {
        return text.slice(0, 300);
    }
}
