import { accessSync, constants, readFileSync } from "node:fs";
import path from "node:path";
import process from "node:process";
import { runCommand } from "./command.ts";
import { withLock } from "./lock.ts";
import type { Report } from "./report.ts";

/** Properties of this machine that decide whether this program can install software and build images. */
export interface Host {
    readonly platform: NodeJS.Platform;
    /** `ID` of /etc/os-release, such as `debian`; `undefined` outside Linux. */
    readonly distribution?: string;
    readonly isRoot: boolean;
}

export function readHost(): Host {
    const distribution = distributionOf(osRelease());
    return {
        platform: process.platform,
        isRoot: process.getuid?.() === 0,
        ...(distribution !== undefined && { distribution }),
    };
}

/**
 * The distribution's identifier in the text of an os-release file.
 * @see https://www.freedesktop.org/software/systemd/man/latest/os-release.html
 */
export function distributionOf(osReleaseText: string): string | undefined {
    return /^ID=(["']?)([a-z0-9._-]+)\1$/m.exec(osReleaseText)?.[2];
}

/** Whether this program can install Debian's packages. */
export function canInstallPackages({ distribution, isRoot }: Host): boolean {
    return distribution === "debian" && isRoot;
}

/** Whether a program exists in the folders of PATH, or in those that only root's PATH has. */
export function hasProgram(name: string): boolean {
    const folders = [...(process.env["PATH"] ?? "").split(path.delimiter), "/usr/sbin", "/sbin"];
    return folders.some((folder) => {
        try {
            accessSync(path.join(folder, name), constants.X_OK);
            return true;
        } catch {
            return false;
        }
    });
}

/** Installs Debian's packages. Check {@link canInstallPackages} first. */
export async function installPackages(packages: readonly string[], report: Report): Promise<void> {
    report(`Installing Debian's packages ${packages.join(", ")}`);
    const wayOut = `install ${packages.join(" ")} by hand`;
    // Wait for another apt process, such as the unattended upgrades of a fresh machine.
    const lockTimeout = "DPkg::Lock::Timeout=300";
    const environment = { DEBIAN_FRONTEND: "noninteractive" };
    // "apt-get update" does not wait for another one.
    await withLock("Debian's packages", report, async () => {
        await runCommand({
            program: "apt-get",
            arguments: ["-o", lockTimeout, "update"],
            environment,
            wayOut,
        });
        await runCommand({
            program: "apt-get",
            arguments: ["-o", lockTimeout, "install", "--yes", "--no-install-recommends", ...packages],
            environment,
            wayOut,
        });
    });
}

function osRelease(): string {
    try {
        return readFileSync("/etc/os-release", "utf8");
    } catch {
        return "";
    }
}
