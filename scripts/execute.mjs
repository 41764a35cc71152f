import { spawn } from "node:child_process";
import { constants } from "node:os";
import process from "node:process";

/**
 * Runs a program in the foreground, with this process's output. Signals go to the program first, so that it can clean up.
 * @param {string} program
 * @param {string[]} programArguments
 * @param {string} folder
 * @param {Readonly<Record<string, string>>} variables - besides ours
 * @returns {Promise<number>} its exit code, as a shell reports it
 */
export async function execute(program, programArguments, folder, variables = {}) {
    const env = { ...process.env, ...variables };
    const child = spawn(program, programArguments, { cwd: folder, env, stdio: "inherit" });
    const forward = (/** @type {NodeJS.Signals} */ signal) => child.kill(signal);
    // A terminal sends its interrupt key to the program too.
    const interrupt = process.stdin.isTTY ? () => undefined : forward;
    process.on("SIGINT", interrupt).on("SIGTERM", forward).on("SIGHUP", forward);
    try {
        return await new Promise((resolve) => {
            child.once("error", (error) => {
                console.error(`command "${program}": cannot be run: ${error.message}`);
                resolve(127);
            });
            child.once("close", (code, signal) => resolve(code ?? 128 + constants.signals[signal]));
        });
    } finally {
        process.off("SIGINT", interrupt).off("SIGTERM", forward).off("SIGHUP", forward);
    }
}
