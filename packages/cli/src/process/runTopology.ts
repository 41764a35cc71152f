import { BrokerUnreachable } from "@spot-messaging/management";
import { UserError } from "@spot-messaging/topology";
import { CommanderError } from "commander";
import { HostUnreachable } from "../host/hostError.ts";
import type { CommandIo } from "./commandIo.ts";
import { commandLine } from "./commandLine.ts";

/** What the exit codes mean; the last one is a defect of the command itself, which must not look like a finding. */
const exit = { fine: 0, usage: 2, unreachable: 3, broken: 70 } as const;

/**
 * Runs `topology` with its arguments.
 * @returns the exit code: 0 fine, 1 findings or nothing reached, 2 wrong usage or unreadable input, 3 broker unreachable
 */
export async function runTopology(args: readonly string[], io: CommandIo): Promise<number> {
    let exitCode: number = exit.fine;
    try {
        await commandLine(io, (result) => {
            io.print(result.output);
            exitCode = result.exitCode;
        }).parseAsync([...args], { from: "user" });
        return exitCode;
    } catch (error) {
        if (error instanceof CommanderError) {
            return error.exitCode === 0 ? exit.fine : exit.usage;
        }
        return printFailure(error, io);
    }
}

/** A stack trace is printed only for what a user cannot correct. */
function printFailure(error: unknown, { printError }: CommandIo): number {
    if (!(error instanceof UserError)) {
        printError(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
        return exit.broken;
    }
    printError(`${error.message}\n`);
    return error instanceof BrokerUnreachable || error instanceof HostUnreachable
        ? exit.unreachable
        : exit.usage;
}
