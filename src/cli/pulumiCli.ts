import { accessSync, constants } from "node:fs";
import { delimiter, join } from "node:path";
import type { Cluster } from "@spot-messaging/pulumi";
import { projectRoot } from "./project.ts";

/** The Pulumi CLI to use, and where it comes from. */
export interface PulumiCli {
    readonly command: string;
    readonly origin: "path" | "npm";
}

/**
 * The CLI on PATH, or else the one that npm pins, which downloads the real one when it first runs. npm puts its own folder of commands in
 * front of PATH; that one does not count as the user's.
 */
export function findPulumi(path?: string): PulumiCli {
    const found = findCommand("pulumi", path);
    return found === undefined
        ? { command: join(projectRoot, "node_modules", ".bin", "pulumi"), origin: "npm" }
        : { command: found, origin: "path" };
}

/** The file of a command that the user has on PATH. */
export function findCommand(name: string, path = process.env["PATH"] ?? ""): string | undefined {
    const folders = path.split(delimiter).filter((folder) => !folder.includes("node_modules"));
    return folders.map((folder) => join(folder, name)).find(isExecutable);
}

function isExecutable(file: string): boolean {
    try {
        accessSync(file, constants.X_OK);
        return true;
    } catch {
        return false;
    }
}

/**
 * The passphrase of every stack in Docker on this machine, documented and the same for all, so that nobody is asked and the stack file need
 * not change. It protects nothing: the broker whose secrets it encrypts listens on the loopback interface only.
 */
export const developmentPassphrase = "spot-messaging";

/** The environment in which the CLI asks nothing about a stack of this kind; any other kind keeps the user's own passphrase. */
export function pulumiEnvironment(
    kind: Cluster["kind"],
    environment: NodeJS.ProcessEnv = process.env,
): NodeJS.ProcessEnv {
    return {
        ...environment,
        PULUMI_SKIP_UPDATE_CHECK: "true",
        ...(kind === "docker" && { PULUMI_CONFIG_PASSPHRASE: developmentPassphrase }),
    };
}
