import { KubernetesUnusable, kubernetesReader } from "@spot-messaging/pulumi/operators";
import { readEnvironment, readKubernetesAccess, stackNames } from "../stackFile.ts";
import type { Cause } from "./cause.ts";
import { diagnose } from "./diagnose.ts";
import { readNamespace } from "./readNamespace.ts";

/**
 * Why objects of a stack on Kubernetes are not ready. `undefined` if the stack is not on Kubernetes, or if the API server cannot be used.
 * @throws UsageError if the stack's file is invalid
 */
export async function stackProblems(stack: string): Promise<readonly Cause[] | undefined> {
    if (!(await stackNames()).includes(stack)) {
        return undefined;
    }
    const { cluster } = await readEnvironment(stack);
    if (cluster.kind !== "kubernetes") {
        return undefined;
    }
    try {
        const reader = kubernetesReader(await readKubernetesAccess(stack));
        return diagnose(await readNamespace(reader, cluster.namespace), Date.now());
    } catch (error) {
        if (error instanceof KubernetesUnusable) {
            return undefined;
        }
        throw error;
    }
}
