import type { TestProject } from "vitest/node";
import { type ApiServer, connect } from "./apiClient.ts";
import { startControlPlane } from "./controlPlane.ts";
import { installCustomResources } from "./customResources.ts";
import { ensureExecutables } from "./executables.ts";

declare module "vitest" {
    export interface ProvidedContext {
        readonly apiServer: ApiServer;
    }
}

/** Starts one API server for all test files; each of them works in namespaces of its own. */
export default async function setup({ provide }: TestProject): Promise<() => Promise<void>> {
    const report = (message: string): void => {
        process.stderr.write(`${message}\n`);
    };
    const { server, stop } = await startControlPlane(await ensureExecutables(report));
    try {
        await installCustomResources(connect(server), report);
    } catch (error) {
        await stop();
        throw error;
    }
    provide("apiServer", server);
    return stop;
}
