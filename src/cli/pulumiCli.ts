import { accessSync, constants } from "node:fs";
import { delimiter, join } from "node:path";
import type { Cluster } from "@spot-messaging/pulumi";
import { projectRoot } from "./project.ts";

/** The Pulumi CLI to use, and its origin. */
export interface PulumiCli {
    readonly command: string;
    readonly origin: "path" | "npm";
}

/**
 * The CLI on PATH, or else the one that npm pins, which downloads the real one on its first run. npm adds its own folder of commands to
 * PATH; a CLI in that folder is not the user's.
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
 * The documented passphrase of every Docker stack on this machine. With a fixed value, the CLI needs no prompt and the stack file does not
 * change. It protects nothing: the broker whose secrets it encrypts listens only on the loopback interface.
 */
export const developmentPassphrase = "spot-messaging";

/** Environment variables for a CLI run without prompts. Only stacks in Docker get the documented passphrase. */
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
