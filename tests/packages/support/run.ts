import { spawn } from "node:child_process";
import { once } from "node:events";
import process from "node:process";
import { text } from "node:stream/consumers";
import { npmCommand } from "../../../scripts/npm.mjs";

export interface Outcome {
    readonly exitCode: number;
    readonly stdout: string;
    readonly stderr: string;
}

/** Runs a program in a folder as a person does: without what npm and vitest tell the tests' own process. */
export async function run(folder: string, program: string, ...options: readonly string[]): Promise<Outcome> {
    const env = Object.fromEntries(
        Object.entries(process.env).filter(
            ([name]) => !/^(?:npm_|NODE_OPTIONS$|VITEST|INIT_CWD$)/.test(name),
        ),
    );
    const child = spawn(program, options, { cwd: folder, env, stdio: ["ignore", "pipe", "pipe"] });
    const [stdout, stderr, [code]] = await Promise.all([
        text(child.stdout),
        text(child.stderr),
        once(child, "close") as Promise<[number | null]>, // Node.js documents the arguments of this event.
    ]);
    return { exitCode: code ?? 1, stdout, stderr };
}

/**
 * The same, of a program that must succeed.
 * @throws Error with everything that it printed
 */
export async function succeed(
    folder: string,
    program: string,
    ...options: readonly string[]
): Promise<string> {
    const { exitCode, stdout, stderr } = await run(folder, program, ...options);
    if (exitCode !== 0) {
        throw new Error(
            `${program} ${options.join(" ")} ended with exit code ${exitCode}:\n${stdout}${stderr}`,
        );
    }
    return stdout;
}

/** Runs npm, quietly. */
export async function npm(folder: string, ...options: readonly string[]): Promise<string> {
    const { program, before } = npmCommand();
    const quiet = ["--no-audit", "--no-fund", "--prefer-offline", "--loglevel=error"];
    return succeed(folder, program, ...before, ...options, ...quiet);
}
