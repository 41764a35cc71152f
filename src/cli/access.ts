import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { type ManagementApi, managementApi } from "@spot-messaging/management";
import { z } from "zod";
import { projectRoot } from "./project.ts";

const access = z.object({
    managementEndpoint: z.string(),
    administrator: z.object({ username: z.string(), password: z.string() }),
    passwords: z.record(z.string(), z.string()),
    gatewayUrl: z.string().nullish(),
    tokens: z.record(z.string(), z.string()).optional(),
});

/** The program's exports: the endpoints and credentials of a running stack. */
export type Access = z.infer<typeof access>;

/** Reads a program's outputs, from a local run or from the engine. */
export function parseAccess(outputs: unknown): Access {
    return access.parse(outputs);
}

/** A file next to the program, ignored by Git and readable only by its owner, because a local run has no state. */
function accessFile(stack: string): string {
    return join(projectRoot, ".local", `${stack}.access.json`);
}

export async function saveAccess(stack: string, outputs: Access): Promise<void> {
    const file = accessFile(stack);
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, JSON.stringify(outputs, undefined, 4), { mode: 0o600 });
}

/** `undefined` if no local run of the stack succeeded, or if it was stopped. */
export async function loadAccess(stack: string): Promise<Access | undefined> {
    try {
        return parseAccess(JSON.parse(await readFile(accessFile(stack), "utf8")));
    } catch (error) {
        if (error instanceof Error && "code" in error && error.code === "ENOENT") {
            return undefined;
        }
        throw error;
    }
}

export async function forgetAccess(stack: string): Promise<void> {
    await rm(accessFile(stack), { force: true });
}

/** The broker of a stack, with its administrator's credentials. */
export function brokerOf({ managementEndpoint, administrator }: Access): ManagementApi {
    return managementApi({ endpoint: managementEndpoint, ...administrator });
}
