import { setTimeout as sleep } from "node:timers/promises";
import pLimit from "p-limit";
import type { AnalysedMail } from "../tables.ts";
import { type Gateway, RefusedMail } from "./gateway.ts";
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
 * after the last progress, or if the gateway refused the e-mail.
 * @throws UserError if the gateway does not answer
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
    const submissions = await Promise.all(
        mails.map((mail) =>
            limit(async (): Promise<AnalysedMail> => {
                signal?.throwIfAborted();
                const outcome = await submitOne(mail, gateway);
                submitted += 1;
                onProgress({ submitted, finished: 0, total });
                return outcome;
            }),
        ),
    );
    const accepted = submissions.flatMap(({ name, id }) => (id === undefined ? [] : [{ name, id }]));
    const finished = new Map<string, AnalysedMail>();
    let deadline = Date.now() + verdictTimeoutMs;
    while (finished.size < accepted.length && Date.now() < deadline) {
        await sleep(pollMs, undefined, { signal });
        const open = accepted.filter(({ id }) => !finished.has(id));
        const asked = await Promise.all(
            // The oldest first, because they probably finish first.
            open
                .slice(0, 4 * concurrentRequests)
                .map((mail) => limit(async () => ({ ...mail, analysis: await gateway.analysis(mail.id) }))),
        );
        for (const mail of asked.filter(
            ({ analysis }) => analysis?.state === "completed" || analysis?.state === "failed",
        )) {
            finished.set(mail.id, mail);
            deadline = Date.now() + verdictTimeoutMs;
        }
        onProgress({ submitted, finished: finished.size, total });
    }
    return submissions.map((mail) => finished.get(mail.id ?? "") ?? mail);
}

async function submitOne(mail: Mail, gateway: Gateway): Promise<AnalysedMail> {
    try {
        return { name: mail.name, id: await gateway.submit(mail), analysis: undefined };
    } catch (error) {
        if (error instanceof RefusedMail) {
            return { name: mail.name, id: undefined, refusal: error.message, analysis: undefined };
        }
        throw error;
    }
}
