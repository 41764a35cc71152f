import { readFileSync } from "node:fs";
import { readdir, readFile, rm } from "node:fs/promises";
import { homedir, hostname } from "node:os";
import { join, resolve } from "node:path";
import { parse } from "yaml";
import { z } from "zod";
import { projectName, projectRoot } from "./project.ts";

/** Who holds a lock, as Pulumi writes it into a state folder. */
export interface LockHolder {
    readonly pid: number;
    readonly hostname: string;
}

const holderShape = z.looseObject({ pid: z.number(), hostname: z.string() });
const projectShape = z.looseObject({ backend: z.looseObject({ url: z.string() }).optional() });

/**
 * The folder in which Pulumi keeps the state; `undefined` if it is a service or an object store. The variable comes before the project's file,
 * as in Pulumi.
 */
export async function stateFolder(environment: NodeJS.ProcessEnv): Promise<string | undefined> {
    const variable = environment["PULUMI_BACKEND_URL"] ?? "";
    const url =
        variable === ""
            ? projectShape.parse(parse(await readFile(join(projectRoot, "Pulumi.yaml"), "utf8"))).backend?.url
            : variable;
    const [, folder] = /^file:\/\/([^?]*)/.exec(url ?? "") ?? [];
    return folder === undefined
        ? undefined
        : resolve(
              projectRoot,
              folder === "~" || folder.startsWith("~/") ? homedir() + folder.slice(1) : folder,
          );
}

/**
 * Removes the locks of runs on this machine that were killed, and no others: `pulumi cancel` would also remove that of a run which began in
 * the meantime.
 * @param folder of the state
 */
export async function removeStaleLocks(
    folder: string,
    stack: string,
    report: (message: string) => void,
): Promise<void> {
    const place = join(folder, ".pulumi", "locks", "organization", projectName, stack);
    for (const file of await readdir(place).catch(() => [])) {
        const holder = parseHolder(await readFile(join(place, file), "utf8").catch(() => ""));
        if (holder !== undefined && hasEnded(holder)) {
            report(`removing the lock of a killed run: process ${holder.pid} does not exist any longer`);
            await rm(join(place, file), { force: true });
        }
    }
}

function parseHolder(text: string): LockHolder | undefined {
    try {
        return holderShape.parse(JSON.parse(text));
    } catch {
        return undefined;
    }
}

/** Whether the run that wrote the lock has certainly ended. A run on another machine may be alive. */
export function hasEnded(
    holder: LockHolder,
    programOf: (pid: number) => string | undefined = runningProgram,
): boolean {
    // Another program can have the same number by now.
    return holder.hostname === hostname() && !(programOf(holder.pid)?.startsWith("pulumi") ?? false);
}

/** The name of a running program, or "pulumi" where the system does not show it; `undefined` if no process has the number. */
function runningProgram(pid: number): string | undefined {
    try {
        process.kill(pid, 0);
    } catch (error) {
        // EPERM: it runs, as another user.
        if (error instanceof Error && "code" in error && error.code === "ESRCH") {
            return undefined;
        }
    }
    try {
        return readFileSync(`/proc/${pid}/comm`, "utf8").trim();
    } catch {
        return "pulumi";
    }
}
