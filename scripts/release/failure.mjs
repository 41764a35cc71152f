import process from "node:process";
import { UserError } from "../../packages/topology/src/model/userError.ts";

/**
 * Runs a command of a release. An error that is written for users ends it with a sentence, and not with a stack trace.
 * @param {() => void | Promise<void>} run
 * @param {number} exitCode - after such an error
 */
export async function reportUserErrors(run, exitCode = 1) {
    try {
        await run();
    } catch (error) {
        if (!(error instanceof UserError)) {
            throw error;
        }
        console.error(error.message);
        process.exitCode = exitCode;
    }
}

/**
 * Stops a release where a program ended otherwise than expected.
 * @param {string} command
 * @param {number} exitCode
 * @param {number} [expected] - the message names it. Default: 0, which goes without saying
 * @throws UserError
 */
export function expectExitCode(command, exitCode, expected) {
    if (exitCode !== (expected ?? 0)) {
        const difference = expected === undefined ? "" : `, not ${expected}`;
        throw new UserError(`command "${command}": ended with exit code ${exitCode}${difference}; see above`);
    }
}
