import process from "node:process";
import { colours, plain } from "./render/paint.ts";
import { terminalScreen } from "./screen.ts";
import { runTopology } from "./topologyProgram.ts";

/** Whether a terminal shows the output and wants colours; it decides by itself, NO_COLOR and FORCE_COLOR included. */
const isColoured = process.stdout.isTTY && process.stdout.hasColors();

// Whoever reads the first lines only, as head does, closes the pipe; that is no failure of ours.
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code !== "EPIPE") {
        throw error;
    }
});

process.exitCode = await runTopology(process.argv.slice(2), {
    env: process.env,
    stdin: process.stdin,
    page: {
        paint: isColoured ? colours : plain,
        ...(process.stdout.isTTY && { width: process.stdout.columns }),
    },
    ...(process.stdout.isTTY && { screen: () => terminalScreen(process.stdout, process.stdin) }),
    print: (text) => {
        process.stdout.write(text);
    },
    say: (text) => {
        process.stderr.write(text);
    },
    today: () => new Date().toISOString().slice(0, 10),
});
