import { dirname, sep } from "node:path";
import { fileURLToPath } from "node:url";
import { UsageError, UserError } from "@spot-messaging/topology";
import { shownPath } from "./configFile.ts";

/**
 * Calls a function of a configuration file.
 * @param name what messages call the call, such as `topologyOf("dev")`
 * @throws UserError as the function throws it; UsageError for everything else that it throws
 */
export async function callUserCode<T>(file: string, name: string, call: () => T | Promise<T>): Promise<T> {
    try {
        return await call();
    } catch (error) {
        const reason =
            error instanceof Error
                ? `fails: ${oneLine(error.message)}${codeLocation(error, file)}`
                : `throws ${oneLine(String(error))}`;
        throw (
            userError(error) ??
            new UsageError(`${shownPath(file)}: ${name} ${reason}; correct the code there`)
        );
    }
}

/** An error whose message is for a person as it is; also one of another copy of the package, which has another class. */
export function userError(error: unknown): UserError | undefined {
    if (error instanceof UserError) {
        return error;
    }
    return error instanceof Error && classNames(error).includes(UserError.name)
        ? new UsageError(error.message)
        : undefined;
}

/** The name of an object's class, and of those that it extends. */
function classNames(value: object): readonly string[] {
    const prototype = Object.getPrototypeOf(value) as object | null; // declared as any
    return prototype === null ? [] : [prototype.constructor.name, ...classNames(prototype)];
}

/** ` at src/topology.ts:12`: the innermost line of the program's own code; nothing if there is none. */
export function codeLocation(error: Error, file: string): string {
    const folder = `${dirname(file)}${sep}`;
    for (const line of (error.stack ?? "").split("\n")) {
        const [, place, number] = /^\s+at (?:.*\()?((?:file:\/\/)?[^()]+):(\d+):\d+\)?$/u.exec(line) ?? [];
        if (place !== undefined && number !== undefined) {
            const path = place.startsWith("file:") ? fileURLToPath(place) : place;
            if (path.startsWith(folder) && !path.includes(`${sep}node_modules${sep}`)) {
                return ` at ${shownPath(path)}:${number}`;
            }
        }
    }
    return "";
}

const longestMessage = 300;

export function oneLine(text: string): string {
    const line = text.replaceAll(/\s+/gu, " ").trim();
    return line.length > longestMessage ? `${line.slice(0, longestMessage - 1)}…` : line;
}
