import { dirname, sep } from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { UsageError, UserError } from "@spot-messaging/topology";
import { shownPath } from "./configFile.ts";

/**
 * Calls a function of a configuration file.
 * @param name the call as messages show it: `topologyOf("dev")`
 * @throws UserError unchanged; UsageError for any other error
 */
export async function callUserCode<T>(file: string, name: string, call: () => T | Promise<T>): Promise<T> {
    try {
        return await runUserCode(file, name, call);
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

/**
 * Runs code of the program so that it cannot end the process with the wrong exit code, wait forever, or write into the output of the command.
 * @param name the code as messages show it
 * @throws UsageError if it never ends or leaves a rejected promise; its own errors unchanged
 */
export async function runUserCode<T>(file: string, name: string, run: () => T | Promise<T>): Promise<T> {
    const place = `${shownPath(file)}: ${name}`;
    const { stderr } = process;
    let fail: (error: unknown) => void = () => undefined;
    const failure = new Promise<never>((_, reject) => {
        fail = reject;
    });
    const onIdle = (): void => {
        fail(new UsageError(`${place} never ends: its promise stays pending; correct the code there`));
    };
    const onExit = (): void => {
        stderr.write(`${place} ends the process; remove process.exit() from the code there\n`);
        process.exitCode = 2;
    };
    redirectOutput();
    process.once("beforeExit", onIdle).once("exit", onExit);
    process.on("unhandledRejection", fail).on("uncaughtException", fail);
    try {
        const result = await Promise.race([Promise.resolve().then(run), failure]);
        // Node.js reports unhandled rejections after all promises of this turn.
        await Promise.race([new Promise((resolve) => setImmediate(resolve)), failure]);
        return result;
    } finally {
        process.off("unhandledRejection", fail).off("uncaughtException", fail);
        process.off("beforeExit", onIdle).off("exit", onExit);
        restoreOutput();
    }
}

/** The number of running calls. Calls for several stacks overlap; the last one restores the output. */
let running = 0;

let restore = (): void => undefined;

/** The output may be JSON, so text that a library prints goes to standard error. */
function redirectOutput(): void {
    running += 1;
    if (running > 1) {
        return;
    }
    const { stdout, stderr } = process;
    const emitWarning = process.emitWarning.bind(process);
    const write = stdout.write.bind(stdout);
    stdout.write = stderr.write.bind(stderr);
    process.emitWarning = (warning: string | Error, ...rest: readonly unknown[]): void => {
        if (!rest.some(isTypelessPackage)) {
            Reflect.apply(emitWarning, process, [warning, ...rest]);
        }
    };
    restore = () => {
        process.emitWarning = emitWarning;
        stdout.write = write;
    };
}

function restoreOutput(): void {
    running -= 1;
    if (running === 0) {
        restore();
    }
}

/** The warning about a package.json without "type". It is suppressed, because npm install in an empty folder creates such a file. */
function isTypelessPackage(option: unknown): boolean {
    return (
        typeof option === "object" &&
        option !== null &&
        "code" in option &&
        option.code === "MODULE_TYPELESS_PACKAGE_JSON"
    );
}

/** The error if its message is written for users. In another copy of the package the class is a different one with the same name. */
export function userError(error: unknown): UserError | undefined {
    if (error instanceof UserError) {
        return error;
    }
    return error instanceof Error && classNames(error).includes(UserError.name)
        ? new UsageError(error.message)
        : undefined;
}

/** The names of an object's class and of its base classes. */
function classNames(value: object): readonly string[] {
    const prototype = Object.getPrototypeOf(value) as object | null; // declared as any
    return prototype === null ? [] : [prototype.constructor.name, ...classNames(prototype)];
}

/** ` at src/topology.ts:12`: the innermost line of the program's own code. Empty if there is none. */
export function codeLocation(error: Error, file: string): string {
    const folder = `${dirname(file)}${sep}`;
    for (const line of (error.stack ?? "").split("\n")) {
        // The path may have brackets in it.
        const [, place, number] =
            /^\s+at (?:.*? \()??((?:file:|\/|[A-Za-z]:[\\/]).*):(\d+):\d+\)?$/u.exec(line) ?? [];
        if (place !== undefined && number !== undefined) {
            const path = place.startsWith("file:") ? fileURLToPath(place) : place;
            if (path.startsWith(folder) && !path.includes(`${sep}node_modules${sep}`)) {
                return ` at ${shownPath(path)}:${number}`;
            }
        }
    }
    return "";
}

const maxMessageLength = 300;

export function oneLine(text: string): string {
    const line = text.replaceAll(/\s+/gu, " ").trim();
    return line.length > maxMessageLength ? `${line.slice(0, maxMessageLength - 1)}…` : line;
}
