import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdir, mkdtemp, readdir, rename, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { runCommand } from "@spot-messaging/local/images";
import { UserError } from "@spot-messaging/topology";
import { canInstallPackages, hasProgram, readHost } from "../../packages/local/src/images/host.ts";
import { projectRoot } from "../../src/cli/project.ts";

const debianPackage = "prometheus";

/**
 * Where promtool is. On Debian as root it is taken out of the package, which is not installed: installing it would start a server.
 * @throws UserError when it is not there and cannot be had
 */
async function findPromtool(): Promise<string> {
    if (hasProgram("promtool")) {
        return "promtool";
    }
    const kept = join(projectRoot, ".local", "promtool");
    if (!existsSync(kept)) {
        if (!canInstallPackages(readHost())) {
            throw new UserError(
                'program "promtool": is not on PATH; install Prometheus, which it is a part of (prometheus.io/download, or the package "prometheus")',
            );
        }
        await extractPromtool(kept);
    }
    return kept;
}

async function extractPromtool(target: string): Promise<void> {
    const folder = await mkdtemp(join(tmpdir(), "promtool-"));
    const wayOut = `install the package "${debianPackage}" by hand`;
    try {
        const lockTimeout = ["-o", "DPkg::Lock::Timeout=300"];
        await runCommand({ program: "apt-get", arguments: [...lockTimeout, "update"], wayOut });
        await runCommand({
            program: "sh",
            arguments: ["-c", `cd "$0" && apt-get download "$1"`, folder, debianPackage],
            wayOut,
        });
        const archive = (await readdir(folder)).find((name) => name.endsWith(".deb")) ?? "";
        await runCommand({
            program: "dpkg-deb",
            arguments: ["--extract", join(folder, archive), join(folder, "content")],
            wayOut,
        });
        await mkdir(join(target, ".."), { recursive: true });
        await runCommand({
            program: "cp",
            arguments: [join(folder, "content", "usr", "bin", "promtool"), `${target}.part`],
            wayOut,
        });
        await rename(`${target}.part`, target);
    } finally {
        await rm(folder, { recursive: true, force: true });
    }
}

/** Runs promtool in a folder; a failing exit code is a result, not an error. */
export async function runPromtool(
    folder: string,
    ...args: readonly string[]
): Promise<{ readonly code: number; readonly output: string }> {
    const promtool = await findPromtool();
    try {
        const { stdout, stderr } = await promisify(execFile)(promtool, args, { cwd: folder });
        return { code: 0, output: stdout + stderr };
    } catch (error) {
        const { code, stdout, stderr } = error as { code: number; stdout: string; stderr: string }; // of a process that ended
        return { code, output: stdout + stderr };
    }
}
