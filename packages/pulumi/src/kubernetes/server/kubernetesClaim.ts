import { z } from "zod";
import type { KubernetesAccess } from "./kubernetesAccess.ts";
import { kubernetesReader } from "./kubernetesReader.ts";
import { KubernetesUnusable } from "./kubernetesUnusable.ts";

const claim = z.object({
    metadata: z.object({ annotations: z.record(z.string(), z.string()).default({}) }),
});

/**
 * The annotations of a PersistentVolumeClaim. `undefined` if there is no such claim, or if the API server does not answer: a preview must
 * work without Kubernetes.
 */
export async function claimAnnotations(
    access: KubernetesAccess,
    namespace: string,
    name: string,
): Promise<Readonly<Record<string, string>> | undefined> {
    try {
        const path = `/api/v1/namespaces/${namespace}/persistentvolumeclaims/${name}`;
        const answer = await kubernetesReader(access).get(path);
        return answer.kind === "found" ? claim.parse(answer.value).metadata.annotations : undefined;
    } catch (error) {
        if (error instanceof KubernetesUnusable) {
            return undefined;
        }
        throw error;
    }
}
