import { setTimeout as sleep } from "node:timers/promises";

const pauseMilliseconds = 1_000;

/**
 * Acts again and again, in the place of a controller that the cluster lacks.
 * @returns what stops it, and rejects with the error that ended it
 */
export function runController(act: () => Promise<void>): () => Promise<void> {
    const stopped = new AbortController();
    const acting = (async () => {
        while (!stopped.signal.aborted) {
            await act();
            await sleep(pauseMilliseconds);
        }
    })();
    // Its error is reported where it is stopped.
    acting.catch(() => undefined);
    return async () => {
        stopped.abort();
        await acting;
    };
}
