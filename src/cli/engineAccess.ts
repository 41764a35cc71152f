import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { parseEnvironment } from "../config/parseEnvironment.ts";
import { type Access, parseAccess } from "./access.ts";
import { projectRoot } from "./project.ts";
import { findPulumi, pulumiEnvironment } from "./pulumiCli.ts";
import { readStackConfig } from "./stackFile.ts";

/** How to reach a stack that the engine brought up; `undefined` where it has no such stack, or the stack has nothing in it. */
export async function engineAccess(stack: string): Promise<Access | undefined> {
    if (!existsSync(join(projectRoot, ".pulumi-state"))) {
        return undefined;
    }
    const { cluster } = parseEnvironment(stack, await readStackConfig(stack));
    try {
        const { stdout } = await promisify(execFile)(
            findPulumi().command,
            ["stack", "output", "--json", "--show-secrets", "--non-interactive", "--stack", stack],
            { cwd: projectRoot, env: pulumiEnvironment(cluster.kind) },
        );
        return parseAccess(JSON.parse(stdout));
    } catch {
        // No such stack, no outputs, or another passphrase: to whoever asks, it does not run here.
        return undefined;
    }
}
