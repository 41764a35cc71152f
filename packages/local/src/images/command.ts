import { spawn } from "node:child_process";
import { UserError } from "@spot-messaging/topology";

/** A program to run, and the way out if it fails. */
export interface Command {
    readonly program: string;
    readonly arguments: readonly string[];
    /** Added to the environment of this process. */
    readonly environment?: Readonly<Record<string, string>>;
    /** What the user can do if the command fails. */
    readonly wayOut: string;
}

/** How many of the last output lines an error quotes; programs print the reason there. */
const shownLines = 5;

/**
 * Runs a program and waits for its end.
 * @throws UserError `command "apt-get update": failed with exit code 100: <its last lines>; <way out>`
 */
export async function runCommand({ program, arguments: list, environment, wayOut }: Command): Promise<void> {
    const child = spawn(program, list, {
        stdio: ["ignore", "pipe", "pipe"],
        env: { ...process.env, ...environment },
    });
    const output: string[] = [];
    for (const stream of [child.stdout, child.stderr]) {
        stream.setEncoding("utf8").on("data", (text: string) => output.push(text));
    }
    const fate = await new Promise<string | undefined>((resolve) => {
        child.once("error", (error) => {
            resolve(`cannot be run: ${error.message}`);
        });
        child.once("close", (code, signal) => {
            resolve(
                code === 0
                    ? undefined
                    : `failed with ${code === null ? `signal ${signal ?? "unknown"}` : `exit code ${code}`}${lastOutputLines(output.join(""))}`,
            );
        });
    });
    if (fate !== undefined) {
        throw new UserError(`command "${[program, ...list].join(" ")}": ${fate}; ${wayOut}`);
    }
}

/** The last lines of a program's output as the end of a sentence; empty if there is no output. */
export function lastOutputLines(output: string): string {
    const lines = output
        .split(/[\r\n]+/)
        .map((line) => line.trim())
        .filter((line) => line !== "");
    return lines.length === 0 ? "" : `: ${lines.slice(-shownLines).join(" | ")}`;
}
