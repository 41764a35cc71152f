import { type ChildProcess, execFile, spawn } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { Cluster } from "@spot-messaging/pulumi";
import { projectRoot } from "../../../src/cli/project.ts";
import { findPulumi, pulumiEnvironment } from "../../../src/cli/pulumiCli.ts";

const cli = findPulumi();

/** Whether Pulumi is installed on PATH. */
export const found = cli.origin === "path";
if (!found) {
    process.stderr.write(
        "skipped: no pulumi on PATH; install it from https://www.pulumi.com/docs/iac/download-install/ to run these tests\n",
    );
}

const killWithinMilliseconds = 300_000;

export interface Ended {
    readonly code: number;
    readonly output: string;
}

/** The real engine with the real plugins, on a stack of this test. */
export interface EngineStack {
    readonly run: (command: string, ...args: readonly string[]) => Promise<Ended>;
    readonly pulumi: (...args: readonly string[]) => Promise<Ended>;
    /** Starts a command in a process group of its own, so that it can be killed with all its children. */
    readonly start: (command: string, ...args: readonly string[]) => ChildProcess;
    /** Starts a command, and kills it with everything that it started once `reached`. The lock of the stack stays. */
    readonly kill: (
        reached: () => boolean | Promise<boolean>,
        command: string,
        ...args: readonly string[]
    ) => Promise<void>;
    /** Sets variables for all later commands; `undefined` unsets one. */
    readonly setVariables: (variables: NodeJS.ProcessEnv) => void;
    /** Overwrites the stack's file, with values as YAML. */
    readonly write: (values: Readonly<Record<string, string>>) => Promise<void>;
    /** The stack's state file. Every user who can read the file can read what is not encrypted in it. */
    readonly state: () => Promise<string>;
    /** Deletes state and stack file. */
    readonly remove: () => Promise<void>;
}

export async function engineStack(stack: string, kind: Cluster["kind"]): Promise<EngineStack> {
    const folder = await mkdtemp(join(tmpdir(), "spot-state-"));
    const file = join(projectRoot, `Pulumi.${stack}.yaml`);
    let variables: NodeJS.ProcessEnv = {
        PULUMI_CONFIG_PASSPHRASE: "of this test alone",
        ...pulumiEnvironment(kind),
        PULUMI_BACKEND_URL: `file://${folder}`,
    };

    async function run(command: string, ...args: readonly string[]): Promise<Ended> {
        return await new Promise((resolve) => {
            execFile(
                command,
                args,
                { cwd: projectRoot, env: variables, maxBuffer: 100_000_000 },
                (error, stdout, stderr) => {
                    const code = error === null ? 0 : typeof error.code === "number" ? error.code : -1;
                    resolve({ code, output: `${stdout}\n${stderr}` });
                },
            );
        });
    }

    function start(command: string, ...args: readonly string[]): ChildProcess {
        return spawn(command, args, { cwd: projectRoot, env: variables, detached: true, stdio: "ignore" });
    }

    return {
        run,
        start,
        pulumi: (...args) => run(cli.command, ...args, "--stack", stack, "--non-interactive"),
        kill: async (reached, command, ...args) => {
            const options = { cwd: projectRoot, env: variables, detached: true } as const;
            const child = spawn(command, args, options);
            let output = "";
            for (const stream of [child.stdout, child.stderr]) {
                stream.on("data", (chunk: Buffer) => {
                    output += chunk.toString();
                });
            }
            const deadline = Date.now() + killWithinMilliseconds;
            try {
                while (!(await reached())) {
                    if (child.exitCode !== null || Date.now() > deadline) {
                        throw new Error(`"${command} ${args.join(" ")}" is not killed: ${output}`);
                    }
                    await sleep(200);
                }
            } finally {
                if (child.exitCode === null) {
                    process.kill(-(child.pid ?? 0), "SIGKILL");
                }
            }
        },
        setVariables: (more) => {
            variables = { ...variables, ...more };
        },
        write: async (values) => {
            const lines = Object.entries(values).map(([key, value]) => `    spot-messaging:${key}: ${value}`);
            await writeFile(file, `config:\n${lines.join("\n")}\n`);
        },
        state: () => readFile(join(folder, ".pulumi", "stacks", "spot-messaging", `${stack}.json`), "utf8"),
        remove: async () => {
            await rm(folder, { recursive: true, force: true });
            await rm(file, { force: true });
        },
    };
}
