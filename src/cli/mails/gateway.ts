import { UserError } from "@spot-messaging/topology";
import { z } from "zod";
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
    /** Submits an e-mail and returns the analysis's id after the broker confirmed it. */
    readonly submit: (mail: Mail) => Promise<string>;
    /** `undefined` before the analysis has started. */
    readonly analysis: (id: string) => Promise<Analysis | undefined>;
    readonly counts: () => Promise<AnalysisCounts>;
}

const timeoutMs = 15_000;

/** A client of the gateway at `url`. Its methods throw UserError if the gateway does not answer or answers with an error. */
export function gateway(url: string): Gateway {
    const send = async (path: string, init: RequestInit = {}): Promise<Response> => {
        try {
            return await fetch(`${url}${path}`, { ...init, signal: AbortSignal.timeout(timeoutMs) });
        } catch (error) {
            const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
            throw new UserError(
                `gateway "${url}" does not answer (${cause instanceof Error ? cause.message : String(cause)}); read its log with docker logs, or start it again with npm start`,
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
            const response = await send(`/analyses?filename=${encodeURIComponent(name)}`, {
                method: "POST",
                headers: { "content-type": "message/rfc822" },
                body: new Uint8Array(content),
            });
            return submitted.parse(await expectOk(response, `the e-mail "${name}"`)).id;
        },
        analysis: async (id) => {
            const response = await send(`/analyses/${id}`);
            // 404: the request is still in its queue. 504: the orchestrator is too busy to answer; retry.
            return response.status === 404 || response.status === 504
                ? undefined
                : analysis.parse(await expectOk(response, `the analysis "${id}"`));
        },
        counts: async () => counts.parse(await expectOk(await send("/analyses"), "the counts")),
    };
}
