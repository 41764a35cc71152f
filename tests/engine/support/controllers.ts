import { createHash } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { z } from "zod";
import { type ApiClient, ApiError } from "../../kube/support/apiClient.ts";
import type { KubernetesObject } from "../../kube/support/object.ts";

/** What becomes of the objects of one kind. */
export interface Controller {
    readonly apiVersion: string;
    readonly kind: string;
    /** Takes one object a step further; called again and again. */
    readonly act: (object: KubernetesObject) => Promise<void>;
}

const observed = z.object({
    metadata: z.object({ generation: z.number() }),
    status: z.object({ observedGeneration: z.number().optional() }).optional(),
});

/** Whether the object's controller has seen its newest state. */
export function isSettled(object: KubernetesObject): boolean {
    const { metadata, status } = observed.parse(object);
    return status?.observedGeneration === metadata.generation;
}

const deploymentSpec = z.object({ replicas: z.number(), selector: z.unknown(), template: z.unknown() });
const serviceSpec = z.object({
    ports: z.array(z.object({ name: z.string().optional(), port: z.number() })),
});

/** The status of a Job whose only pod ended when it was created. */
function ended({ metadata }: KubernetesObject, fails: boolean): Record<string, unknown> {
    const at = z.string().parse(metadata["creationTimestamp"]);
    const times = { lastProbeTime: at, lastTransitionTime: at };
    // Reason and message of the Job controller; the provider knows a failed Job by its reason.
    const [count, types, cause] = fails
        ? [
              { failed: 1 },
              ["FailureTarget", "Failed"],
              { reason: "BackoffLimitExceeded", message: "Job has reached the specified backoff limit" },
          ]
        : [
              { succeeded: 1, completionTime: at },
              ["SuccessCriteriaMet", "Complete"],
              { reason: "CompletionsReached", message: "Reached expected number of succeeded pods" },
          ];
    return {
        ...count,
        startTime: at,
        conditions: types.map((type) => ({ type, status: "True", ...cause, ...times })),
    };
}

/** Ends a Job that has not ended. */
async function end(client: ApiClient, job: KubernetesObject, fails: boolean): Promise<void> {
    const { status } = z.object({ status: z.object({ startTime: z.string().optional() }) }).parse(job);
    if (status.startTime === undefined) {
        await client.setStatus(job, ended(job, fails));
    }
}

/** The status of CloudNativePG's Cluster whose instances run. */
function runningSince({ metadata }: KubernetesObject): Record<string, unknown> {
    const lastTransitionTime = z.string().parse(metadata["creationTimestamp"]);
    const reason = { reason: "ClusterIsReady", message: "Cluster is Ready" };
    return { conditions: [{ type: "Ready", status: "True", lastTransitionTime, ...reason }] };
}

const ready = { conditions: [{ type: "Ready", status: "True" }] };

/**
 * Replaces the controllers of Kubernetes, KEDA, cert-manager and CloudNativePG: each object gets the status of the real controllers immediately. Proves
 * what the engine waits for, and in which order. Not proved: that a pod starts, a volume is bound, a queue is watched or an address is
 * reachable, since nothing runs.
 * @param jobsFail whether a Job that was created now fails
 */
export function kubernetesControllers(client: ApiClient, jobsFail: () => boolean): readonly Controller[] {
    const templates = new Map<string, string[]>();
    return [
        { apiVersion: "apps/v1", kind: "Deployment", act: (object) => rollOut(client, object, templates) },
        { apiVersion: "v1", kind: "Service", act: (object) => findPods(client, object) },
        {
            apiVersion: "v1",
            kind: "PersistentVolumeClaim",
            act: (object) => say(client, object, { phase: "Bound" }),
        },
        {
            apiVersion: "postgresql.cnpg.io/v1",
            kind: "Cluster",
            act: (object) => say(client, object, runningSince(object)),
        },
        { apiVersion: "batch/v1", kind: "Job", act: (object) => end(client, object, jobsFail()) },
        {
            apiVersion: "networking.k8s.io/v1",
            kind: "Ingress",
            act: (object) => say(client, object, { loadBalancer: { ingress: [{ ip: "192.0.2.1" }] } }),
        },
        {
            apiVersion: "keda.sh/v1alpha1",
            kind: "ScaledObject",
            act: (object) => say(client, object, ready),
        },
        {
            apiVersion: "cert-manager.io/v1",
            kind: "Certificate",
            act: (object) => say(client, object, ready),
        },
    ];
}

const revision = "deployment.kubernetes.io/revision";

/**
 * A ReplicaSet for each template, and word of it in the Deployment.
 * @param templates that each Deployment had so far
 */
async function rollOut(
    client: ApiClient,
    deployment: KubernetesObject,
    templates: Map<string, string[]>,
): Promise<void> {
    if (isSettled(deployment) || deployment.metadata["deletionTimestamp"] !== undefined) {
        return;
    }
    const { replicas, selector, template } = deploymentSpec.parse(deployment["spec"]);
    const { name, namespace, uid } = deployment.metadata;
    const hash = createHash("sha256").update(JSON.stringify(template)).digest("hex").slice(0, 10);
    const known = templates.get(name) ?? [];
    const all = known.includes(hash) ? known : [...known, hash];
    templates.set(name, all);
    const annotations = { [revision]: String(all.indexOf(hash) + 1) };
    const replicaSet: KubernetesObject = {
        apiVersion: "apps/v1",
        kind: "ReplicaSet",
        metadata: {
            name: `${name}-${hash}`,
            ...(namespace !== undefined && { namespace }),
            annotations,
            ownerReferences: [{ apiVersion: "apps/v1", kind: "Deployment", name, uid, controller: true }],
        },
        spec: { replicas, selector, template },
    };
    await client.apply(replicaSet);
    const counts = { replicas, readyReplicas: replicas, availableReplicas: replicas };
    await client.setStatus(replicaSet, { ...counts, observedGeneration: 1 });
    // An annotation is a change of the Deployment's generation, too.
    const { metadata } = await client.patchMetadata(deployment, { annotations });
    const condition = (type: string, reason: string): object => ({
        type,
        status: "True",
        reason,
        message: "",
    });
    await client.setStatus(deployment, {
        ...counts,
        updatedReplicas: replicas,
        observedGeneration: metadata["generation"],
        conditions: [
            condition("Available", "MinimumReplicasAvailable"),
            condition("Progressing", "NewReplicaSetAvailable"),
        ],
    });
}

/** An address behind a Service, as if a pod had been found. */
async function findPods(client: ApiClient, service: KubernetesObject): Promise<void> {
    const { ports } = serviceSpec.parse(service["spec"]);
    const { name, namespace } = service.metadata;
    await client.apply({
        apiVersion: "v1",
        kind: "Endpoints",
        metadata: { name, ...(namespace !== undefined && { namespace }) },
        subsets: [{ addresses: [{ ip: "192.0.2.2" }], ports }],
    });
}

async function say(client: ApiClient, object: KubernetesObject, status: object): Promise<void> {
    if (JSON.stringify(object["status"]) !== JSON.stringify(status)) {
        await client.setStatus(object, status);
    }
}

const pauseMs = 300;

/**
 * Runs the controllers until they are stopped.
 * @returns the function that stops them; it rejects with the first error of a controller
 */
export function run(
    client: ApiClient,
    namespace: string,
    controllers: readonly Controller[],
): () => Promise<void> {
    let running = true;
    const work = async ({ apiVersion, kind, act }: Controller): Promise<void> => {
        while (running) {
            const objects = await client.list(apiVersion, kind).catch(none);
            for (const object of objects.filter(({ metadata }) => metadata.namespace === namespace)) {
                await act(object).catch(ignoreConflict);
            }
            await sleep(pauseMs);
        }
    };
    // Print the error immediately: otherwise the engine waits for this controller for minutes.
    const loud = async (controller: Controller): Promise<void> => {
        await work(controller).catch((error: unknown) => {
            process.stderr.write(`the stand-in for ${controller.kind} stops: ${String(error)}\n`);
            throw error;
        });
    };
    const done = Promise.allSettled(controllers.map(loud));
    return async () => {
        running = false;
        for (const result of await done) {
            if (result.status === "rejected") {
                throw result.reason;
            }
        }
    };
}

/** The kind no longer exists on the server. */
function none(error: unknown): readonly KubernetesObject[] {
    if (!(error instanceof ApiError) || error.code !== 404) {
        throw error;
    }
    return [];
}

/** The object was deleted or changed by another request; the next round reads it again. */
function ignoreConflict(error: unknown): void {
    if (!(error instanceof ApiError) || (error.code !== 404 && error.code !== 409)) {
        throw error;
    }
}
