import { BrokerUnreachable } from "@spot-messaging/management";
import { UserError } from "@spot-messaging/topology";
import { HostUnreachable } from "../host/hostError.ts";
import type { CommandIo } from "./commandIo.ts";

/** The last one means a defect of the command itself, which must not look like a finding. */
const exitCodes = { usage: 2, unreachable: 3, defect: 70 } as const;

/**
 * Prints why a command failed. A stack trace is printed only for what a user cannot correct.
 * @returns the exit code
 */
export function printFailure(error: unknown, { printError }: CommandIo): number {
    if (!(error instanceof UserError)) {
        printError(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
        return exitCodes.defect;
    }
    printError(`${error.message}\n`);
    return error instanceof BrokerUnreachable || error instanceof HostUnreachable
        ? exitCodes.unreachable
        : exitCodes.usage;
}
