import { formatCount } from "@spot-messaging/topology/text";
import type { CommandIo } from "../process/commandIo.ts";

/** The progress of a long run. */
export interface Progress {
    readonly show: (text: string, done: number, total: number) => void;
    /** Aborted when the user wants the run to end. */
    readonly ended: AbortSignal;
    readonly close: () => void;
}

const barWidth = 30;

/** The number of milliseconds between two lines without a terminal. */
const intervalMs = 10_000;

/** A bar on a terminal; without one, a line on standard error every ten seconds. */
export async function progressOf({
    screen,
    printError,
}: Pick<CommandIo, "screen" | "printError">): Promise<Progress> {
    if (screen === undefined) {
        let last = performance.now();
        return {
            show: (text, done, total) => {
                if (performance.now() - last >= intervalMs) {
                    last = performance.now();
                    printError(`${formatCount(done)} of ${formatCount(total)}: ${text}\n`);
                }
            },
            ended: new AbortController().signal,
            close: () => undefined,
        };
    }
    const { draw, ended, close } = await screen();
    const started = performance.now();
    return {
        show: (text, done, total) => {
            const filled = total === 0 ? barWidth : Math.round((done / total) * barWidth);
            const rate = Math.round(done / ((performance.now() - started) / 1_000));
            draw(
                `[${"#".repeat(filled)}${".".repeat(barWidth - filled)}] ${formatCount(done)} of ${formatCount(total)}: ${text}, ${formatCount(rate)}/s; q ends after the batch`,
            );
        },
        ended,
        close,
    };
}
