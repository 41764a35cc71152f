import { setTimeout as sleep } from "node:timers/promises";

/** Limits how many messages are sent in a second. */
export interface Pace {
    /** The largest batch that keeps the rate. */
    readonly batch: number;
    /** Waits until more messages may be sent. */
    readonly wait: (sent: number) => Promise<void>;
}

/** @param rate messages a second. @default - unlimited */
export function pace(rate: number | undefined, batch: number): Pace {
    const started = performance.now();
    return {
        batch: rate === undefined ? batch : Math.max(1, Math.min(batch, Math.ceil(rate))),
        wait: async (sent) => {
            if (rate !== undefined) {
                const due = started + (sent / rate) * 1_000;
                await sleep(Math.max(0, due - performance.now()));
            }
        },
    };
}
