import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync } from "node:fs";
import path from "node:path";
import { UserError } from "@spot-messaging/topology";
import { localFolder } from "./localFolder.ts";
import type { Report } from "./report.ts";

/** After this time, the lock is held by another process. */
const noticeAfterMilliseconds = 1_000;

/**
 * Runs `work` while no other process runs work of the same name with a lock in the same folder: by default, one of this checkout. A child process holds a kernel file lock and ends with
 * this process, so that a killed process never leaves a lock.
 */
export async function withLock<Result>(
    name: string,
    report: Report,
    work: () => Promise<Result>,
    folder = path.join(localFolder, "locks"),
): Promise<Result> {
    mkdirSync(folder, { recursive: true });
    const file = path.join(folder, name.replaceAll(/[^a-z0-9.]+/g, "-"));
    const holder = spawn("flock", [file, "sh", "-c", "echo held && exec cat"], {
        stdio: ["pipe", "pipe", "ignore"],
    });
    const waiting = setTimeout(() => {
        report(`Waiting for another process that prepares ${name}`);
    }, noticeAfterMilliseconds);
    try {
        await new Promise((resolve, reject) => {
            holder.stdout.once("data", resolve);
            holder.once("error", reject);
            holder.once("close", reject);
        });
    } catch {
        throw new UserError(
            `lock "${file}": cannot be acquired with the program flock; install the package util-linux`,
        );
    } finally {
        clearTimeout(waiting);
    }
    try {
        return await work();
    } finally {
        const released = once(holder, "close");
        holder.stdin.end();
        await released;
    }
}
