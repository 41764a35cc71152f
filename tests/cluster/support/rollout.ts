import { setTimeout as sleep } from "node:timers/promises";
import { z } from "zod";
import { type ApiClient, ApiError } from "../../kube/support/apiClient.ts";
import { type KubernetesObject, nameOf } from "../../kube/support/object.ts";

const condition = z.looseObject({
    type: z.string(),
    status: z.string(),
    reason: z.string().optional(),
    message: z.string().optional(),
});
const workload = z.looseObject({
    metadata: z.looseObject({
        generation: z.number().optional(),
        annotations: z.record(z.string(), z.string()).optional(),
    }),
    spec: z.looseObject({ replicas: z.number().optional() }).optional(),
    status: z
        .looseObject({
            observedGeneration: z.number().optional(),
            replicas: z.number().optional(),
            updatedReplicas: z.number().optional(),
            availableReplicas: z.number().optional(),
            conditions: z.array(condition).nullish(),
            loadBalancer: z.looseObject({ ingress: z.array(z.unknown()).default([]) }).optional(),
        })
        .optional(),
});

/** Conditions of an object by their type. */
export function conditionsOf(object: KubernetesObject): ReadonlyMap<string, z.infer<typeof condition>> {
    const { status } = workload.parse(object);
    return new Map((status?.conditions ?? []).map((each) => [each.type, each]));
}

/** What the engine's provider waits for after it created or changed an object: why it is not ready; `undefined` if it is. */
export function missing(object: KubernetesObject): string | undefined {
    const { metadata, spec, status = {} } = workload.parse(object);
    const conditions = conditionsOf(object);
    const awaited = /^condition=(.+)$/.exec(metadata.annotations?.["pulumi.com/waitFor"] ?? "")?.[1];
    if (awaited !== undefined) {
        const { observedGeneration } = status;
        if (observedGeneration !== undefined && observedGeneration < (metadata.generation ?? 0)) {
            return `condition ${awaited}: its controller has not acted on the last change`;
        }
        const found = conditions.get(awaited);
        return found?.status === "True"
            ? undefined
            : `condition ${awaited}: ${found?.message ?? "is absent"}`;
    }
    switch (object.kind) {
        case "Deployment":
        case "StatefulSet": {
            const wanted = spec?.replicas ?? 1;
            const {
                observedGeneration = 0,
                updatedReplicas = 0,
                availableReplicas = 0,
                replicas = 0,
            } = status;
            const isComplete =
                observedGeneration >= (metadata.generation ?? 0) &&
                updatedReplicas >= wanted &&
                availableReplicas >= wanted &&
                replicas <= Math.max(wanted, updatedReplicas);
            return isComplete
                ? undefined
                : `${availableReplicas} of ${wanted} replicas are available, ${updatedReplicas} are updated`;
        }
        case "Job": {
            const failed = conditions.get("Failed");
            if (failed?.status === "True") {
                throw new Error(`${nameOf(object)}: failed: ${failed.message ?? ""}`);
            }
            return conditions.get("Complete")?.status === "True" ? undefined : "is not complete";
        }
        case "Ingress":
            return (status.loadBalancer?.ingress ?? []).length === 0 ? "has no address" : undefined;
        default:
            return undefined;
    }
}

export interface Waiting {
    readonly milliseconds: number;
    readonly signal?: AbortSignal;
    readonly onWaiting?: (detail: string) => void;
}

/** Waits until an object is as ready as the engine would have it. @throws Error with what is missing */
export async function ready(
    client: ApiClient,
    object: KubernetesObject,
    { milliseconds, signal, onWaiting }: Waiting,
): Promise<KubernetesObject> {
    const deadline = Date.now() + milliseconds;
    for (;;) {
        const current = await client.read(object);
        const problem = missing(current);
        if (problem === undefined) {
            return current;
        }
        if (Date.now() > deadline) {
            throw new Error(`${nameOf(object)}: is not ready after ${milliseconds / 1_000} s: ${problem}`);
        }
        onWaiting?.(problem);
        await sleep(500, undefined, { ...(signal !== undefined && { signal }) });
    }
}

/** Deletes an object, which may be deleted already. */
export async function removed(client: ApiClient, object: KubernetesObject): Promise<void> {
    try {
        await client.remove(object);
    } catch (error) {
        if (!(error instanceof ApiError) || error.code !== 404) {
            throw error;
        }
    }
}
