import { spawn } from "node:child_process";
import { createWriteStream, mkdirSync } from "node:fs";
import path from "node:path";
import process from "node:process";

/**
 * Starts a program in the background of npm test. Its output goes to a file, so that it does not disturb theirs.
 * @param {string} title - what it does, printed together with its first output
 * @param {string[]} programArguments - of Node.js
 * @param {string} file - for its output
 * @returns {() => Promise<void>} ends it, with its own child processes
 */
export function runInBackground(title, programArguments, file) {
    // In a group of its own, which one signal ends; an interrupt key reaches the steps alone.
    const child = spawn(process.execPath, programArguments, {
        detached: true,
        stdio: ["ignore", "pipe", "pipe"],
    });
    const ended = new Promise((resolve) => {
        child.once("error", resolve);
        child.once("close", resolve);
    });
    mkdirSync(path.dirname(file), { recursive: true });
    const output = createWriteStream(file);
    output.once("open", () => {
        for (const stream of [child.stdout, child.stderr]) {
            stream.pipe(output, { end: false });
        }
    });
    child.stdout.once("data", () => {
        console.log(`${title}; see ${path.relative(process.cwd(), file)}`);
    });
    return async () => {
        if (child.pid !== undefined && child.exitCode === null && child.signalCode === null) {
            process.kill(-child.pid);
        }
        await ended;
        output.end();
    };
}
