import { accessSync, constants } from "node:fs";
import { delimiter, join } from "node:path";
import { projectRoot } from "./stackFile.js";

/** The Pulumi CLI to use, and where it comes from. */
export interface PulumiCli {
    readonly command: string;
    readonly origin: "path" | "npm";
}

/**
 * The CLI on PATH, or else the one that npm pins, which downloads the real one when it first runs. npm puts its own folder of commands in
 * front of PATH; that one does not count as the user's.
 */
export function findPulumi(path: string = process.env["PATH"] ?? ""): PulumiCli {
    const folders = path.split(delimiter).filter((folder) => !folder.includes("node_modules"));
    const found = folders.map((folder) => join(folder, "pulumi")).find(isExecutable);
    return found === undefined
        ? { command: join(projectRoot, "node_modules", ".bin", "pulumi"), origin: "npm" }
        : { command: found, origin: "path" };
}

function isExecutable(file: string): boolean {
    try {
        accessSync(file, constants.X_OK);
        return true;
    } catch {
        return false;
    }
}

/** Protects the secrets of a development stack from nobody: its broker listens on the loopback interface only. */
export const developmentPassphrase = "spot-messaging";

/** What the CLI needs to ask nothing: state in a folder of the project, and a passphrase unless the user has set one. */
export function pulumiEnvironment(environment: NodeJS.ProcessEnv = process.env): NodeJS.ProcessEnv {
    const hasPassphrase =
        environment["PULUMI_CONFIG_PASSPHRASE"] !== undefined ||
        environment["PULUMI_CONFIG_PASSPHRASE_FILE"] !== undefined;
    return {
        ...environment,
        PULUMI_SKIP_UPDATE_CHECK: "true",
        ...(!hasPassphrase && { PULUMI_CONFIG_PASSPHRASE: developmentPassphrase }),
    };
}
