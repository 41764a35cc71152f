import http from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import { z } from "zod";
import type { NumberedMail } from "./mails.ts";
import type { Random } from "./random.ts";

/** One answer of a gateway, or its absence. */
export interface Answer {
    /** Milliseconds since 1970. */
    readonly at: number;
    readonly kind: "accepted" | "not accepted" | "unknown" | "in progress" | "not sent" | "rejected";
    readonly status?: number;
    readonly text: string;
}

/** Everything that a sender knows about one of its e-mails. */
export interface Submission {
    readonly serial: number;
    readonly key: string;
    readonly filename: string;
    readonly urgent: boolean;
    readonly startedAt: number;
    readonly answers: readonly Answer[];
    /** Set with the first answer that accepts the e-mail. */
    readonly id?: string;
    readonly acceptedAt?: number;
    /** What the sender believes at the end. */
    readonly fate: "accepted" | "not accepted" | "unknown" | "not sent" | "rejected";
}

export interface ClientOptions {
    /** The addresses of all replicas; asked again for every attempt, because a restarted container has another one. */
    readonly gateways: () => Promise<readonly string[]>;
    readonly token: string | undefined;
    readonly random: Random;
    /** Ends all senders. */
    readonly signal: AbortSignal;
    /** How long a sender repeats before it stops. */
    readonly repeatForMs: number;
    /** The share of senders that believe the first "not accepted" and do not repeat. */
    readonly stopsEarly: number;
}

const answerMs = 20_000;
const longestPauseMs = 15_000;
const connectMs = 3_000;
const body = z.looseObject({
    id: z.string().optional(),
    error: z.string().optional(),
    outcome: z.string().optional(),
});

const agent = new http.Agent({ keepAlive: true, maxSockets: 64 });

/**
 * Submits one e-mail as a careful sender does: the same idempotency key for every attempt, another replica after a failure, again after
 * "unknown", and sometimes again after "not accepted".
 */
export async function submit(mail: NumberedMail, key: string, options: ClientOptions): Promise<Submission> {
    const { random, repeatForMs } = options;
    const startedAt = Date.now();
    const answers: Answer[] = [];
    const believes = random.next() < options.stopsEarly;
    const turn = random.between(0, 1_000);
    const known = {
        serial: mail.serial,
        key,
        filename: mail.filename,
        urgent: mail.urgent,
        startedAt,
        answers,
    };
    for (let attempt = 0; ; attempt += 1) {
        const gateways = await options.gateways();
        const address = gateways[(turn + attempt) % gateways.length];
        const { answer, id, retryAfterMs } =
            address === undefined
                ? notSent("no gateway has an address")
                : await post(address, mail, key, options.token);
        answers.push(answer);
        if (answer.kind === "accepted" && id !== undefined) {
            return { ...known, id, acceptedAt: answer.at, fate: "accepted" };
        }
        if (answer.kind === "rejected") {
            return { ...known, fate: "rejected" };
        }
        const over = options.signal.aborted || Date.now() - startedAt > repeatForMs;
        if (over || (answer.kind === "not accepted" && believes)) {
            return { ...known, fate: fateOf(answers) };
        }
        // Twice as long after each attempt, and never all senders together.
        const pauseMs = Math.min(longestPauseMs, 500 * 2 ** attempt) * (0.5 + random.next());
        await sleep(Math.max(retryAfterMs ?? 0, pauseMs), undefined, {
            signal: options.signal,
        }).catch(() => undefined);
    }
}

/** An unknown answer leaves everything possible until a later one of the same key is definite. */
function fateOf(answers: readonly Answer[]): Submission["fate"] {
    const last = answers.findLast(({ kind }) => kind !== "not sent" && kind !== "in progress");
    return last === undefined ? "not sent" : last.kind === "not accepted" ? "not accepted" : "unknown";
}

interface Attempt {
    readonly answer: Answer;
    readonly id?: string;
    readonly retryAfterMs?: number;
}

function notSent(text: string): Attempt {
    return { answer: { at: Date.now(), kind: "not sent", text } };
}

async function post(
    address: string,
    mail: NumberedMail,
    key: string,
    token: string | undefined,
): Promise<Attempt> {
    const query = new URLSearchParams({
        filename: mail.filename,
        urgency: mail.urgent ? "urgent" : "normal",
    });
    return await new Promise<Attempt>((resolve) => {
        let connected = false;
        const request = http.request(`http://${address}/analyses?${query.toString()}`, {
            method: "POST",
            agent,
            headers: {
                host: "localhost",
                "content-type": "message/rfc822",
                "content-length": mail.content.length,
                "idempotency-key": key,
                ...(token !== undefined && { authorization: `Bearer ${token}` }),
            },
        });
        const limit = setTimeout(() => {
            request.destroy(new Error("no answer in time"));
        }, answerMs);
        const connecting = setTimeout(() => {
            if (!connected) {
                request.destroy(new Error("no connection in time"));
            }
        }, connectMs);
        const done = (attempt: Attempt): void => {
            clearTimeout(limit);
            clearTimeout(connecting);
            resolve(attempt);
        };
        request.on("socket", (socket) => {
            // A socket of an earlier request is connected already.
            connected = !socket.connecting;
            if (socket.connecting) {
                socket.once("connect", () => {
                    connected = true;
                });
            }
        });
        request.on("error", (error) => {
            const text = error.message;
            done(connected ? { answer: { at: Date.now(), kind: "unknown", text } } : notSent(text));
        });
        request.on("response", (response) => {
            let content = "";
            response.setEncoding("utf8");
            response.on("data", (text: string) => {
                content += text;
            });
            // An answer that breaks off does not count.
            response.on("error", (error) => {
                done({ answer: { at: Date.now(), kind: "unknown", text: error.message } });
            });
            response.on("end", () => {
                done(read(response, content));
            });
        });
        request.end(mail.content);
    });
}

function read(response: http.IncomingMessage, content: string): Attempt {
    const status = response.statusCode ?? 0;
    const parsed = body.safeParse(parse(content));
    const { id, error, outcome } = parsed.success ? parsed.data : {};
    const answer = (kind: Answer["kind"]): Answer => ({
        at: Date.now(),
        kind,
        status,
        text: error ?? content.slice(0, 200),
    });
    const retryAfter = Number(response.headers["retry-after"] ?? Number.NaN);
    const wait = Number.isFinite(retryAfter) ? { retryAfterMs: Math.min(retryAfter, 10) * 1_000 } : {};
    if (status === 202 || status === 200) {
        return { answer: answer("accepted"), ...(id !== undefined && { id }) };
    }
    if (status === 409) {
        return { answer: answer("in progress"), ...wait };
    }
    if (status === 503 || status === 429 || status === 504) {
        return { answer: answer(outcome === "not accepted" ? "not accepted" : "unknown"), ...wait };
    }
    return { answer: answer("rejected") };
}

function parse(content: string): unknown {
    try {
        return JSON.parse(content);
    } catch {
        return {};
    }
}
