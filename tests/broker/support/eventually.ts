import { setTimeout as sleep } from "node:timers/promises";

/** Asks until the answer is there, and fails with what was awaited when it does not come in time. */
export async function eventually<T>(
    what: string,
    ask: () => Promise<T | undefined>,
    withinMs = 15_000,
): Promise<T> {
    const deadline = Date.now() + withinMs;
    for (;;) {
        const answer = await ask();
        if (answer !== undefined) {
            return answer;
        }
        if (Date.now() > deadline) {
            throw new Error(`timed out after ${withinMs} ms: ${what}`);
        }
        await sleep(50);
    }
}
