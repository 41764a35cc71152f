/** Waits until all have ended, and then fails with the first failure: what failed must not go on during the next experiment. */
export async function allEnded(tasks: readonly Promise<void>[]): Promise<void> {
    for (const outcome of await Promise.allSettled(tasks)) {
        if (outcome.status === "rejected") {
            throw outcome.reason instanceof Error ? outcome.reason : new Error(String(outcome.reason));
        }
    }
}
