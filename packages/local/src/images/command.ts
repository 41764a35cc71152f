import { spawn } from "node:child_process";
import { UserError } from "@spot-messaging/topology";

/** A program to be run, and what a person does where it fails. */
export interface Command {
    readonly program: string;
    readonly arguments: readonly string[];
    /** Added to the environment of this process. */
    readonly environment?: Readonly<Record<string, string>>;
    /** What a person can do when the command fails. */
    readonly wayOut: string;
}

/** The end of a failed command's output, which is where programs say why. */
const shownLines = 5;

/**
 * Runs a program to its end.
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

/** The last lines of a program's output as the end of a sentence; nothing when it said nothing. */
export function lastOutputLines(output: string): string {
    const lines = output
        .split(/[\r\n]+/)
        .map((line) => line.trim())
        .filter((line) => line !== "");
    return lines.length === 0 ? "" : `: ${lines.slice(-shownLines).join(" | ")}`;
}
