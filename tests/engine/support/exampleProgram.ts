import { execFile } from "node:child_process";
import { cp, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { projectRoot } from "../../../src/cli/project.ts";
import { findPulumi, pulumiEnvironment } from "../../../src/cli/pulumiCli.ts";
import type { Ended } from "./engineStack.ts";

/** An example in its own folder, with the packages installed as npm installs them. */
export interface ExampleProgram {
    readonly folder: string;
    readonly pulumi: (...args: readonly string[]) => Promise<Ended>;
    readonly remove: () => Promise<void>;
}

export async function exampleProgram(name: string): Promise<ExampleProgram> {
    const folder = await mkdtemp(join(tmpdir(), `shop-${name}-`));
    const state = join(folder, "state");
    const program = join(folder, "program");
    await mkdir(state);
    await cp(join(projectRoot, "examples", name), program, { recursive: true });
    await installPackages(program);
    const environment = {
        ...pulumiEnvironment("docker"),
        PULUMI_BACKEND_URL: `file://${state}`,
    };
    return {
        folder: program,
        pulumi: (...args) =>
            new Promise((resolve) => {
                execFile(
                    findPulumi().command,
                    [...args, "--non-interactive"],
                    { cwd: program, env: environment, maxBuffer: 100_000_000 },
                    (error, stdout, stderr) => {
                        const code = error === null ? 0 : typeof error.code === "number" ? error.code : -1;
                        resolve({ code, output: `${stdout}\n${stderr}` });
                    },
                );
            }),
        remove: () => rm(folder, { recursive: true, force: true }),
    };
}

/** Installs the packages of this repository, which are in no registry, as npm would: with the built files that it ships. */
async function installPackages(program: string): Promise<void> {
    await symlink(join(projectRoot, "node_modules"), join(program, "node_modules"));
    const manifest = join(program, "messaging", "package.json");
    const plugin = await readFile(manifest, "utf8").catch(() => undefined);
    if (plugin !== undefined) {
        // Pulumi runs npm in the folder of a plugin; what it would ask the registry for is one folder above.
        await writeFile(manifest, JSON.stringify({ ...JSON.parse(plugin), dependencies: {} }));
    }
}
