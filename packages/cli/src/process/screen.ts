import { createLogUpdate } from "log-update";

/** A terminal whose content is redrawn. */
export interface Screen {
    /** The number of lines. */
    readonly rows: () => number;
    readonly columns: () => number;
    readonly draw: (text: string) => void;
    /** Aborted when the user quits with q or Ctrl-C. */
    readonly ended: AbortSignal;
    /** Restores the terminal. The last drawing stays. */
    readonly close: () => void;
}

/** The terminal of a process. `q` works only if the input is a terminal too. */
export function terminalScreen(output: NodeJS.WriteStream, input: NodeJS.ReadStream): Screen {
    const log = createLogUpdate(output);
    const end = new AbortController();
    const finish = (): void => {
        end.abort();
    };
    const listen = (key: Buffer): void => {
        // A terminal in raw mode sends Ctrl-C as a character.
        if (["q", "Q", "\u0003"].includes(key.toString())) {
            finish();
        }
    };
    const keys = input.isTTY ? input : undefined;
    keys?.setRawMode(true).on("data", listen).resume();
    process.once("SIGINT", finish).once("SIGTERM", finish);
    return {
        rows: () => output.rows,
        columns: () => output.columns,
        draw: log,
        ended: end.signal,
        close: () => {
            log.done();
            keys?.off("data", listen).setRawMode(false).pause();
            process.off("SIGINT", finish).off("SIGTERM", finish);
        },
    };
}
