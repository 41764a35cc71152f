import process from "node:process";
import type { ImportModule } from "../config/configModule.ts";
import { colours, plain } from "../render/paint.ts";
import { runTopology } from "./runTopology.ts";
import type { Screen } from "./screen.ts";

/** The exit code of a defect of the command itself, which must not look like a finding. */
const defectCode = 70;

/** The options of the program that starts the command. */
export interface ProcessOptions {
    /** Loads a configuration file. @default - as Node.js does */
    readonly importModule?: ImportModule;
}

/** Runs the command `topology` with the arguments of this process, and sets its exit code. */
export async function runProcess({ importModule }: ProcessOptions = {}): Promise<void> {
    // A reader of the first lines only, such as head, closes the pipe. That is not an error.
    process.stdout.on("error", (error: NodeJS.ErrnoException) => {
        if (error.code !== "EPIPE") {
            throw error;
        }
    });
    /** Whether the output goes to a terminal with colours. Node.js respects NO_COLOR and FORCE_COLOR. */
    const isColoured = process.stdout.isTTY && process.stdout.hasColors();
    // Node.js ends silently when nothing is left to wait for, also if a promise is still open. The first time, code that waits for the
    // program's promises reports them itself.
    let isIdleAgain = false;
    const reportSilence = (): void => {
        if (!isIdleAgain) {
            isIdleAgain = true;
            setImmediate(() => undefined);
            return;
        }
        process.stderr.write(
            "topology stopped without a result; run it again, and report a defect if it stops again\n",
        );
        process.exitCode = defectCode;
    };
    process.on("beforeExit", reportSilence);
    process.exitCode = await runTopology(process.argv.slice(2), {
        env: process.env,
        stdin: process.stdin,
        page: {
            paint: isColoured ? colours : plain,
            ...(process.stdout.isTTY && { width: process.stdout.columns }),
        },
        ...(process.stdout.isTTY && { screen: openScreen }),
        interruption,
        print: (text) => {
            process.stdout.write(text);
        },
        printError: (text) => {
            process.stderr.write(text);
        },
        today: () => new Date().toISOString().slice(0, 10),
        ...(importModule !== undefined && { importModule }),
    });
    process.off("beforeExit", reportSilence);
}

/** Aborted by the first Ctrl-C, or when the process receives SIGTERM. */
function interruption(): AbortSignal {
    const end = new AbortController();
    const finish = (): void => {
        end.abort();
    };
    process.once("SIGINT", finish).once("SIGTERM", finish);
    return end.signal;
}

/** The terminal of this process. */
async function openScreen(): Promise<Screen> {
    const { terminalScreen } = await import("./screen.ts");
    return terminalScreen(process.stdout, process.stdin);
}
