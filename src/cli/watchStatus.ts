import { setTimeout as sleep } from "node:timers/promises";
import { BrokerUnreachable } from "@spot-messaging/management";
import { createLogUpdate } from "log-update";

/** The broker counts its queues every five seconds. */
const countingIntervalMs = 5_000;

/**
 * Shows a text again and again until the process is interrupted; in place on a terminal, else one below the other. A broker that restarts is
 * waited for, but must answer the first time.
 * @throws BrokerUnreachable, BrokerRefused, UserError
 */
export async function watchStatus(
    read: () => Promise<string>,
    output: Pick<NodeJS.WriteStream, "isTTY" | "write"> = process.stdout,
    intervalMs = countingIntervalMs,
): Promise<void> {
    const end = new AbortController();
    const stop = (): void => {
        end.abort();
    };
    process.once("SIGINT", stop).once("SIGTERM", stop);
    const log = createLogUpdate(process.stdout);
    const show = (text: string): void => {
        if (output.isTTY) {
            log(text);
        } else {
            output.write(`${text}\n\n`);
        }
    };
    let text = await read();
    try {
        for (;;) {
            show(text);
            if (await hasEnded(end.signal, intervalMs)) {
                return;
            }
            text = await read().catch((error: unknown) => {
                if (error instanceof BrokerUnreachable) {
                    return `${text}\n${error.message}`;
                }
                throw error;
            });
        }
    } finally {
        log.done();
        process.off("SIGINT", stop).off("SIGTERM", stop);
    }
}

async function hasEnded(signal: AbortSignal, intervalMs: number): Promise<boolean> {
    await sleep(intervalMs, undefined, { signal }).catch(() => undefined);
    return signal.aborted;
}
