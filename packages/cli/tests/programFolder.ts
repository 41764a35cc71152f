import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdir, mkdtemp, readdir, readFile, realpath, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import type { TopologyRun } from "./topologyRun.ts";

const launcher = fileURLToPath(new URL("../../../scripts/topology.mjs", import.meta.url));
const packages = fileURLToPath(new URL("../../../node_modules/@spot-messaging", import.meta.url));

/** A folder outside of this repository with a program in it, in which the packages of this repository are installed. */
export interface ProgramFolder {
    readonly path: string;
    readonly write: (files: Readonly<Record<string, string>>) => Promise<void>;
    readonly read: (file: string) => Promise<string>;
    /** The files in it, except for installed packages. */
    readonly files: () => Promise<readonly string[]>;
    /** Runs the real command as a process, in the folder or in one below. */
    readonly run: (args: readonly string[], below?: string) => Promise<TopologyRun>;
    readonly remove: () => Promise<void>;
}

export async function programFolder(): Promise<ProgramFolder> {
    const path = await realpath(await mkdtemp(join(tmpdir(), "topology-program-")));
    await mkdir(join(path, "node_modules"));
    await symlink(packages, join(path, "node_modules", "@spot-messaging"));
    await writeFile(join(path, "package.json"), JSON.stringify({ name: "shop", type: "module" }));
    return {
        path,
        write: async (files) => {
            for (const [file, text] of Object.entries(files)) {
                await mkdir(dirname(join(path, file)), { recursive: true });
                await writeFile(join(path, file), text);
            }
        },
        read: (file) => readFile(join(path, file), "utf8"),
        files: async () => {
            const names = await readdir(path, { recursive: true });
            return names.filter((name) => !name.startsWith("node_modules")).sort();
        },
        run: (args, below = "") => runCommand(args, join(path, below)),
        remove: () => rm(path, { recursive: true }),
    };
}

/** Runs what `npx topology` runs. */
export function runCommand(args: readonly string[], cwd: string): Promise<TopologyRun> {
    if (!existsSync(cwd)) {
        throw new Error(`folder ${cwd} does not exist`);
    }
    return new Promise((resolve) => {
        execFile(process.execPath, [launcher, ...args], { cwd }, (error, output, errors) => {
            resolve({ exitCode: Number(error?.code ?? 0), output, errors });
        });
    });
}
