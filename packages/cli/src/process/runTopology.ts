import { CommanderError } from "commander";
import type { CommandIo } from "./commandIo.ts";
import { commandLine } from "./commandLine.ts";

/**
 * Runs `topology` with its arguments.
 * @returns the exit code: 0 fine, 1 findings or nothing reached, 2 wrong usage or unreadable input, 3 broker unreachable
 */
export async function runTopology(args: readonly string[], io: CommandIo): Promise<number> {
    let exitCode = 0;
    try {
        await commandLine(io, (result) => {
            io.print(result.output);
            exitCode = result.exitCode;
        }).parseAsync([...args], { from: "user" });
        return exitCode;
    } catch (error) {
        if (error instanceof CommanderError) {
            return error.exitCode === 0 ? 0 : 2;
        }
        const { printFailure } = await import("./failure.ts");
        return printFailure(error, io);
    }
}
