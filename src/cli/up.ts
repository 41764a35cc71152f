import { spawn } from "node:child_process";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { connectContainerEngine, ensureBrokerImage } from "@spot-messaging/local/images";
import { UserError } from "@spot-messaging/topology";
import { ensureServicesImage } from "../images/servicesImage.ts";
import { projectRoot } from "./project.ts";
import { findPulumi, pulumiEnvironment } from "./pulumiCli.ts";
import { readEnvironment } from "./stackFile.ts";

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
    if (cluster.kind === "docker") {
        const docker = await connectContainerEngine(report);
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
    const code = await run(
        command,
        ["up", "--yes", "--skip-preview", "--stack", stack, ...args],
        environment,
    );
    const { PULUMI_CONFIG_PASSPHRASE: passphrase } = environment;
    if (code === 0 && passphrase !== process.env["PULUMI_CONFIG_PASSPHRASE"]) {
        report(
            `for pulumi preview|up|destroy --stack ${stack}: export PULUMI_CONFIG_PASSPHRASE=${passphrase ?? ""}`,
        );
    }
    return code;
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
