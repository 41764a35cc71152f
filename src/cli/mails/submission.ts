import { setTimeout as sleep } from "node:timers/promises";
import pLimit from "p-limit";
import type { AnalysedMail } from "../tables.ts";
import type { Gateway } from "./gateway.ts";
import type { Mail } from "./mail.ts";

/** The progress of the e-mails. */
export interface SubmissionProgress {
    readonly submitted: number;
    readonly finished: number;
    readonly total: number;
}

const concurrentRequests = 8;
const pollMs = 250;

/**
 * Submits e-mails and waits for their verdicts, in the order of the e-mails. An analysis has no verdict if none arrives within `timeoutMs`
 * after the last progress.
 * @throws UserError if the gateway refuses an e-mail or does not answer
 */
export async function analyse(
    mails: readonly Mail[],
    gateway: Gateway,
    verdictTimeoutMs: number,
    onProgress: (progress: SubmissionProgress) => void,
    signal?: AbortSignal,
): Promise<readonly AnalysedMail[]> {
    const limit = pLimit(concurrentRequests);
    const total = mails.length;
    let submitted = 0;
    const waiting = await Promise.all(
        mails.map((mail) =>
            limit(async (): Promise<AnalysedMail> => {
                signal?.throwIfAborted();
                const id = await gateway.submit(mail);
                submitted += 1;
                onProgress({ submitted, finished: 0, total });
                return { name: mail.name, id, analysis: undefined };
            }),
        ),
    );
    const finished = new Map<string, AnalysedMail>();
    let deadline = Date.now() + verdictTimeoutMs;
    while (finished.size < waiting.length && Date.now() < deadline) {
        await sleep(pollMs, undefined, { signal });
        const open = waiting.filter(({ id }) => !finished.has(id));
        const asked = await Promise.all(
            // The oldest first, because they probably finish first.
            open
                .slice(0, 4 * concurrentRequests)
                .map((mail) => limit(async () => ({ ...mail, analysis: await gateway.analysis(mail.id) }))),
        );
        for (const mail of asked.filter(
            ({ analysis }) => analysis !== undefined && analysis.state !== "running",
        )) {
            finished.set(mail.id, mail);
            deadline = Date.now() + verdictTimeoutMs;
        }
        onProgress({ submitted, finished: finished.size, total });
    }
    return waiting.map((mail) => finished.get(mail.id) ?? mail);
}
