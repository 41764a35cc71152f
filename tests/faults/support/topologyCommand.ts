import { spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { writeSnapshot } from "@spot-messaging/topology/review";
import type { Site } from "./site.ts";

/** How a command ended. */
export interface CommandResult {
    /** `null` if it was killed. */
    readonly exitCode: number | null;
    readonly output: string;
    readonly errors: string;
}

export interface RunningCommand {
    readonly ended: Promise<CommandResult>;
    readonly kill: () => void;
}

/** The command `topology` for one site, in processes of its own. */
export interface TopologyCommand {
    /** A folder for files, which is removed at the end. */
    readonly folder: string;
    /** Starts `topology ARGS` with the site's topology and broker. */
    readonly start: (args: readonly string[], endpoint?: string) => RunningCommand;
    readonly run: (args: readonly string[], endpoint?: string) => Promise<CommandResult>;
}

const command = fileURLToPath(new URL("../../../packages/cli/bin/topology.js", import.meta.url));

/** Runs a function with the command, whose files are removed afterwards. */
export async function withTopologyCommand<T>(
    site: Site,
    use: (topology: TopologyCommand) => Promise<T>,
): Promise<T> {
    const folder = mkdtempSync(join(tmpdir(), "faults-"));
    const snapshot = join(folder, "topology.json");
    writeFileSync(snapshot, writeSnapshot(site.topology, "faults"));
    const { administrator, nodes } = site.cluster;
    const start: TopologyCommand["start"] = ([name = "", ...args], endpoint) => {
        const url = new URL(endpoint ?? nodes[0]?.api.endpoint ?? "");
        url.username = administrator.username;
        const amqp = `amqp://127.0.0.1:${nodes[0]?.amqpPort ?? 0}`;
        const connects = name === "drift" ? [] : ["--amqp", amqp];
        const child = spawn(
            process.execPath,
            [
                ...["--conditions=@spot-messaging/source", command, name, ...args],
                ...["--file", snapshot, "--broker", url.href, ...connects],
            ],
            {
                cwd: folder,
                env: { ...process.env, TOPOLOGY_BROKER_PASSWORD: administrator.password, NODE_ENV: "" },
            },
        );
        const texts = { output: "", errors: "" };
        child.stdout.setEncoding("utf8").on("data", (text: string) => {
            texts.output += text;
        });
        child.stderr.setEncoding("utf8").on("data", (text: string) => {
            texts.errors += text;
        });
        return {
            ended: new Promise((resolve) => {
                child.on("close", (exitCode) => {
                    resolve({ exitCode, ...texts });
                });
            }),
            kill: () => {
                child.kill("SIGKILL");
            },
        };
    };
    try {
        return await use({ folder, start, run: (args, endpoint) => start(args, endpoint).ended });
    } finally {
        rmSync(folder, { recursive: true, force: true });
    }
}
