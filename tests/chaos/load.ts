import { setTimeout as sleep } from "node:timers/promises";
import { type ClientOptions, type Submission, submit } from "./client.ts";
import type { NumberedMail } from "./mails.ts";

export interface Load {
    readonly mails: Generator<NumberedMail, never>;
    readonly keyPrefix: string;
    readonly client: ClientOptions;
    /** E-mails a second. */
    readonly rate: number;
    /** Ends the load; senders that wait for an answer still get it. */
    readonly until: AbortSignal;
    readonly onSubmitted: (submission: Submission) => void;
}

/** Open load: senders come at their rate, whether or not earlier ones have their answers. */
export async function submitSteadily(load: Load): Promise<readonly Submission[]> {
    const senders: Promise<Submission>[] = [];
    const begin = Date.now();
    while (!load.until.aborted) {
        const due = begin + (senders.length * 1_000) / load.rate;
        const wait = due - Date.now();
        if (wait > 0) {
            await sleep(wait, undefined, { signal: load.until }).catch(() => undefined);
            continue;
        }
        const mail = load.mails.next().value;
        const sender = submit(mail, `${load.keyPrefix}-${mail.serial}`, load.client);
        void sender.then(load.onSubmitted);
        senders.push(sender);
    }
    return await Promise.all(senders);
}
