import { spawn } from "node:child_process";
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { connectContainerEngine, ensureBrokerImage } from "@spot-messaging/local/images";
import { releaseFields } from "@spot-messaging/pulumi/operators";
import { UserError } from "@spot-messaging/topology";
import type Docker from "dockerode";
import { ensureServicesImage } from "../images/servicesImage.ts";
import { renderCauses } from "./diagnosis/cause.ts";
import { stackProblems } from "./diagnosis/stackProblems.ts";
import { interruptedUp, removeUnrecorded } from "./interruptedUp.ts";
import { projectRoot } from "./project.ts";
import { findPulumi, pulumiEnvironment } from "./pulumiCli.ts";
import { readEnvironment, readKubernetesAccess } from "./stackFile.ts";
import { removeStaleLocks, stateFolder } from "./stateLock.ts";

const installation =
    "install Pulumi from https://www.pulumi.com/docs/iac/download-install/ so that it is on PATH";

/**
 * Deploys a stack with the Pulumi engine, without prompts: images first, then the stack if it is new, then `pulumi up`.
 * @param args additional arguments of `pulumi up`
 * @returns the CLI's exit code
 */
export async function up(
    stack: string,
    args: readonly string[],
    report: (message: string) => void,
): Promise<number> {
    const { cluster, deployment, brokerVersion } = await readEnvironment(stack);
    const docker = cluster.kind === "docker" ? await connectContainerEngine(report) : undefined;
    if (cluster.kind === "docker" && docker !== undefined) {
        await ensureBrokerImage(docker, { image: cluster.image, version: brokerVersion }, report);
        if (deployment.kind === "docker" && deployment.image === undefined) {
            await ensureServicesImage(docker, report);
        }
    }
    const { command, origin } = findPulumi();
    report(origin === "path" ? `using ${command}` : "using the Pulumi CLI that npm pins");
    await mkdir(join(projectRoot, ".pulumi-state"), { recursive: true });
    const environment = pulumiEnvironment(cluster.kind);
    const selected = await run(command, ["stack", "select", "--create", "--stack", stack], environment);
    if (selected !== 0) {
        if (origin === "npm") {
            report(
                `the pinned CLI downloads the real one on its first run; if the download failed, ${installation}`,
            );
        }
        return selected;
    }
    const recovery = await recover({ command, stack, environment }, docker, report);
    if (recovery.code !== 0) {
        return recovery.code;
    }
    const code = await run(command, ["up", "--yes", "--skip-preview", "--stack", stack, ...args], {
        ...environment,
        ...recovery.variables,
    });
    if (code !== 0) {
        await explain(stack, report);
    }
    const { PULUMI_CONFIG_PASSPHRASE: passphrase } = environment;
    if (code === 0 && passphrase !== process.env["PULUMI_CONFIG_PASSPHRASE"]) {
        report(
            `for pulumi preview|up|destroy --stack ${stack}: export PULUMI_CONFIG_PASSPHRASE=${passphrase ?? ""}`,
        );
    }
    return code;
}

/** Pulumi reports only that it waited too long for an operator's object; the reason is in other objects of the namespace. */
async function explain(stack: string, report: (message: string) => void): Promise<void> {
    const causes = (await stackProblems(stack)) ?? [];
    if (causes.length > 0) {
        report(renderCauses(causes));
    }
}

interface PulumiRun {
    readonly command: string;
    readonly stack: string;
    readonly environment: NodeJS.ProcessEnv;
}

interface Recovery {
    /** The CLI's exit code; not 0 if another run has the stack's lock. */
    readonly code: number;
    /** Additional variables for the next run. */
    readonly variables: NodeJS.ProcessEnv;
}

const nothingToRecover: Recovery = { code: 0, variables: {} };

/**
 * The Kubernetes provider refuses to create an object that exists. With this variable it updates the object, and the stack owns it. Only
 * for the run after a killed one, because an object of the same name could belong to others.
 */
const takeOver = { PULUMI_K8S_UPSERT_EXISTING_OBJECTS: "true" };

/**
 * Lets the next run create what a killed run had begun to create: removes its lock, the creations that the state has as pending, and in Docker
 * the containers and networks of these. A creation on a broker can be repeated: it leaves an equal object as it is.
 */
async function recover(
    { command, stack, environment }: PulumiRun,
    docker: Docker | undefined,
    report: (message: string) => void,
): Promise<Recovery> {
    // Elsewhere, Pulumi names the lock's holder, and `pulumi cancel` as the way out.
    const states = await stateFolder(environment);
    if (states !== undefined) {
        await removeStaleLocks(states, stack, report);
    }
    const folder = await mkdtemp(join(tmpdir(), "spot-state-"));
    try {
        const file = join(folder, "state.json");
        const exported = await run(
            command,
            ["stack", "export", "--file", file, "--stack", stack],
            environment,
        );
        if (exported !== 0) {
            return { ...nothingToRecover, code: exported };
        }
        const interrupted = interruptedUp(await readFile(file, "utf8"));
        if (interrupted === undefined) {
            return nothingToRecover;
        }
        await writeFile(file, interrupted.state, { mode: 0o600 });
        // First, because it needs the lock: nothing of a run that has not ended is removed.
        const imported = await run(
            command,
            ["stack", "import", "--file", file, "--stack", stack],
            environment,
        );
        if (imported !== 0) {
            return { ...nothingToRecover, code: imported };
        }
        if (docker !== undefined) {
            await removeUnrecorded(docker, interrupted, report);
        }
        const { kubernetesObjects } = interrupted;
        if (kubernetesObjects.length === 0) {
            return nothingToRecover;
        }
        const named = kubernetesObjects.map(({ kind, name }) => `${kind} "${name}"`);
        report(`continuing with ${named.join(", ")}, which an interrupted run may have created`);
        await releaseFields(await readKubernetesAccess(stack), kubernetesObjects);
        return { code: 0, variables: takeOver };
    } finally {
        await rm(folder, { recursive: true, force: true });
    }
}

async function run(command: string, args: readonly string[], env: NodeJS.ProcessEnv): Promise<number> {
    return await new Promise((resolve, reject) => {
        const child = spawn(command, [...args], {
            cwd: projectRoot,
            env,
            stdio: "inherit",
        });
        child.on("error", () => {
            reject(new UserError(`Pulumi CLI "${command}" cannot be run; ${installation}`));
        });
        child.on("close", (code) => {
            resolve(code ?? 1);
        });
    });
}
