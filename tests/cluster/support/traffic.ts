import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { z } from "zod";
import { readMail } from "../../../src/cli/mails/mail.ts";
import { projectRoot } from "../../../src/cli/project.ts";
import { type ClientOptions, type Submission, submit } from "../../chaos/client.ts";
import { submitSteadily } from "../../chaos/load.ts";
import { type NumberedMail, numberedMails } from "../../chaos/mails.ts";
import { random } from "../../chaos/random.ts";
import type { Delivery } from "../../chaos/sink/sink.ts";
import { askGateway } from "./gatewayRequest.ts";

/** What became of the e-mails of some traffic. */
export interface Outcome {
    readonly sent: number;
    /** Those that the gateway confirmed. */
    readonly accepted: readonly Submission[];
    /** Confirmed, and without a final result within the time for it. */
    readonly lost: readonly string[];
    /** Analyses that were notified with more than one idempotency key. */
    readonly duplicates: readonly string[];
    /** The longest time between two confirmed e-mails, in seconds. */
    readonly longestGap: number;
}

export interface TrafficOptions {
    readonly entrances: readonly string[];
    readonly token: string;
    readonly deliveries: () => Promise<readonly Delivery[]>;
    readonly seed: number;
}

const stateShape = z.looseObject({ state: z.string() });
const final = new Set(["completed", "failed"]);
const resultMilliseconds = 240_000;
const repeatMilliseconds = 60_000;

/** Submits e-mails as careful senders do, and follows each until its result. */
export class Traffic {
    readonly #options: TrafficOptions;
    readonly #mails: Generator<NumberedMail, never>;
    readonly #names: string;
    #rounds = 0;

    private constructor(options: TrafficOptions, mails: Generator<NumberedMail, never>) {
        this.#options = options;
        this.#mails = mails;
        this.#names = `cluster-${options.seed}`;
    }

    static async create(options: TrafficOptions): Promise<Traffic> {
        const samples = await readMail([join(projectRoot, "services", "samples")]);
        return new Traffic(options, numberedMails(samples, random(options.seed)));
    }

    /** Submits e-mails while `work` runs, so many a second, and waits for all results. */
    async during(rate: number, work: () => Promise<void>): Promise<Outcome> {
        this.#rounds += 1;
        const until = new AbortController();
        const submitting = submitSteadily({
            mails: this.#mails,
            keyPrefix: `${this.#names}-${this.#rounds}`,
            client: this.#client(until.signal),
            rate,
            until: until.signal,
            onSubmitted: () => undefined,
        });
        try {
            await work();
        } finally {
            until.abort();
        }
        return await this.#settle(await submitting);
    }

    /** Submits these e-mails together, and waits until the gateway has confirmed all of them. */
    async submit(contents: readonly Buffer[]): Promise<void> {
        this.#rounds += 1;
        const client = this.#client(new AbortController().signal);
        const submissions = await Promise.all(
            contents.map((content, serial) => {
                const mail = { serial, filename: `mail-${serial}.eml`, urgent: false, content };
                return submit(mail, `${this.#names}-${this.#rounds}-${serial}`, client);
            }),
        );
        const refused = submissions.filter(({ fate }) => fate !== "accepted");
        if (refused.length > 0) {
            throw new Error(
                `${refused.length} e-mails are not confirmed: ${JSON.stringify(refused[0]?.answers)}`,
            );
        }
    }

    #client(signal: AbortSignal): ClientOptions {
        const { entrances, token, seed } = this.#options;
        return {
            gateways: () => Promise.resolve(entrances),
            token,
            random: random(seed + this.#rounds),
            signal,
            repeatForMs: repeatMilliseconds,
            stopsEarly: 0,
        };
    }

    async #settle(submissions: readonly Submission[]): Promise<Outcome> {
        const accepted = submissions.filter(({ fate }) => fate === "accepted");
        const deadline = Date.now() + resultMilliseconds;
        let open = accepted.flatMap(({ id }) => (id === undefined ? [] : [id]));
        while (open.length > 0 && Date.now() < deadline) {
            const states = await Promise.all(open.map(async (id) => await this.#state(id)));
            open = open.filter((_, index) => !final.has(states[index] ?? ""));
            await sleep(1_000);
        }
        const times = accepted.map(({ acceptedAt = 0 }) => acceptedAt).sort((one, other) => one - other);
        const gaps = times.slice(1).map((time, index) => time - (times[index] ?? time));
        return {
            sent: submissions.length,
            accepted,
            lost: open,
            duplicates: await this.#duplicates(),
            longestGap: Math.round(Math.max(0, ...gaps) / 100) / 10,
        };
    }

    /** The state of an analysis, from the gateway; `undefined` if it does not answer. */
    async #state(id: string): Promise<string | undefined> {
        const { entrances, token } = this.#options;
        for (const entrance of entrances) {
            try {
                const { body } = await askGateway(entrance, `/analyses/${id}`, token);
                return stateShape.parse(JSON.parse(body)).state;
            } catch {
                // Another node's entrance may answer.
            }
        }
        return undefined;
    }

    async #duplicates(): Promise<readonly string[]> {
        const keys = new Map<string, Set<string>>();
        for (const { channel, analysis, kind, key } of await this.#options.deliveries()) {
            const what = `${channel} of analysis "${analysis}"`;
            if (kind !== "alert") {
                keys.set(what, (keys.get(what) ?? new Set()).add(key));
            }
        }
        return [...keys].filter(([, each]) => each.size > 1).map(([what]) => what);
    }
}
