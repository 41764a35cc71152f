import { execFile } from "node:child_process";
import { promisify } from "node:util";
import type { Cluster } from "./cluster.ts";

const run = promisify(execFile);

/** Runs kubectl as the cluster's administrator, and returns what it prints. @throws Error with its message */
export async function kubectl(
    { programs, kubeconfigFile }: Pick<Cluster, "programs" | "kubeconfigFile">,
    list: readonly string[],
): Promise<string> {
    const { stdout } = await run(programs.kubectl, ["--kubeconfig", kubeconfigFile, ...list], {
        maxBuffer: 64 * 1024 * 1024,
    });
    return stdout;
}
