import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Cluster } from "@spot-messaging/pulumi";
import { projectRoot } from "../../../src/cli/project.ts";
import { findPulumi, pulumiEnvironment } from "../../../src/cli/pulumiCli.ts";

const cli = findPulumi();

/** Whether there is a real engine: one on PATH. */
export const found = cli.origin === "path";
if (!found) {
    process.stderr.write(
        "skipped: no pulumi on PATH; install it from https://www.pulumi.com/docs/iac/download-install/ to run these tests\n",
    );
}

export interface Ended {
    readonly code: number;
    readonly output: string;
}

/** The real engine with the real plugins on a stack of a test's own. */
export interface EngineStack {
    readonly run: (command: string, ...args: readonly string[]) => Promise<Ended>;
    readonly pulumi: (...args: readonly string[]) => Promise<Ended>;
    /** From now on every command has these variables, too, or those that are undefined no more. */
    readonly setVariables: (variables: NodeJS.ProcessEnv) => void;
    /** Writes the stack's file anew, with values as YAML. */
    readonly write: (values: Readonly<Record<string, string>>) => Promise<void>;
    /** The stack's state as it lies on disk: what it holds in clear, whoever reads the file can read. */
    readonly state: () => Promise<string>;
    /** State and stack file are gone afterwards. */
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

    return {
        run,
        pulumi: (...args) => run(cli.command, ...args, "--stack", stack, "--non-interactive"),
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
