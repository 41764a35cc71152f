import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { promisify } from "node:util";
import type { BrokerAccess } from "@spot-messaging/cli";
import { UsageError } from "@spot-messaging/topology";
import { type Access, loadAccess, parseAccess } from "./access.ts";
import { projectRoot } from "./project.ts";
import { findPulumi, pulumiEnvironment } from "./pulumiCli.ts";
import { readEnvironment } from "./stackFile.ts";
import { stateFolder } from "./stateLock.ts";

/** The endpoints and credentials of a stack from a local run or from the engine; `undefined` if it does not run. */
export async function runningAccess(stack: string): Promise<Access | undefined> {
    return (await loadAccess(stack)) ?? (await engineAccess(stack));
}

/** Where a person reads the administrator's password of a running stack, as the end of a sentence. */
export async function passwordHint(stack: string): Promise<string> {
    return (await loadAccess(stack)) === undefined
        ? `in administrator of: npx pulumi stack output --json --show-secrets --stack ${stack}`
        : `in .local/${stack}.access.json`;
}

/**
 * The broker of a running stack, with its administrator's credentials.
 * @throws UsageError if it does not run
 */
export async function brokerOf(stack: string): Promise<BrokerAccess> {
    const access = await runningAccess(stack);
    if (access === undefined) {
        throw new UsageError(
            `stack "${stack}" does not run here; start it with npm start or npm run up -- ${stack}, or name its broker with --broker https://user@host:15671`,
        );
    }
    const { cluster } = await readEnvironment(stack);
    return {
        endpoint: access.managementEndpoint,
        ...access.administrator,
        // The broker reports the port inside its container.
        ...(cluster.kind === "docker" && { amqp: `amqp://127.0.0.1:${cluster.ports.amqp}` }),
    };
}

/** The passwords of a running stack's users; `undefined` if it does not run here. */
export async function passwordsOf(stack: string): Promise<Readonly<Record<string, string>> | undefined> {
    return (await runningAccess(stack))?.passwords;
}

async function engineAccess(stack: string): Promise<Access | undefined> {
    const states = await stateFolder(process.env);
    if (states !== undefined && !existsSync(states)) {
        return undefined;
    }
    const { cluster } = await readEnvironment(stack);
    try {
        const { stdout } = await promisify(execFile)(
            findPulumi().command,
            ["stack", "output", "--json", "--show-secrets", "--non-interactive", "--stack", stack],
            { cwd: projectRoot, env: pulumiEnvironment(cluster.kind) },
        );
        return parseAccess(JSON.parse(stdout));
    } catch {
        // The stack does not exist, has no outputs, or has another passphrase: it does not run here.
        return undefined;
    }
}
