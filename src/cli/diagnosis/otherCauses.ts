import type { Cause, Problem } from "./cause.ts";
import type { Claim, Conditioned, Event, NamespaceObjects, Pod } from "./namespaceObjects.ts";
import { refusalProblem, shorten } from "./refusalProblem.ts";

/** Objects that the API server refuses to controllers: pods of a ReplicaSet, a StatefulSet or a Job. */
export function refusalCauses({ events, deployments }: NamespaceObjects): readonly Cause[] {
    const failures = events.filter((each) => isFailure(each) && !isOver(each, events));
    return [
        ...failures.flatMap(({ involvedObject: { kind, name }, message }) =>
            asCause(kind, name, refusalProblem(message) ?? unknownRefusal(message)),
        ),
        ...deployments.flatMap(({ metadata: { name }, status }) =>
            (status?.conditions ?? [])
                .filter(({ type, status: value }) => type === "ReplicaFailure" && value === "True")
                .flatMap(({ message }) =>
                    // The events of its ReplicaSet repeat it, until they expire after an hour.
                    failures.some((each) => each.involvedObject.name.startsWith(`${name}-`))
                        ? []
                        : asCause("Deployment", name, refusalProblem(message) ?? unknownRefusal(message)),
                ),
        ),
    ];
}

function isFailure({ reason, involvedObject }: Event): boolean {
    return /^Failed(?:Create|Update)$|^ReplicaSetCreateError$/.test(reason) && involvedObject.kind !== "Pod";
}

/** Whether the controller succeeded later. */
function isOver({ involvedObject, time }: Event, events: readonly Event[]): boolean {
    return events.some(
        (each) =>
            each.involvedObject.kind === involvedObject.kind &&
            each.involvedObject.name === involvedObject.name &&
            each.reason === "SuccessfulCreate" &&
            // A StatefulSet reports the claim that it created before the pod that it could not create.
            !/create Claim/.test(each.message) &&
            each.time > time,
    );
}

function unknownRefusal(message: string): Problem {
    return {
        problem: `its pods cannot be created (${shorten(message)})`,
        wayOut: "correct what the message names",
    };
}

/** Why claims have no volume. A claim whose class waits for its first pod has no problem of its own. */
export function claimCauses({ claims, events }: NamespaceObjects): readonly Cause[] {
    return claims
        .filter(({ status }) => status.phase !== "Bound")
        .flatMap((claim) => {
            const { name } = claim.metadata;
            const own = events
                .filter(
                    ({ involvedObject }) =>
                        involvedObject.kind === "PersistentVolumeClaim" && involvedObject.name === name,
                )
                .sort((a, b) => b.time - a.time);
            const problem = claimProblem(claim, own);
            return problem === undefined ? [] : asCause("claim", name, problem);
        });
}

function claimProblem({ spec, status }: Claim, events: readonly Event[]): Problem | undefined {
    if (status.phase === "Lost") {
        return {
            problem: "its volume no longer exists",
            wayOut: "restore the volume, or delete the claim together with what was on it",
        };
    }
    const own = '"storageClass", "databaseStorageClass"';
    for (const { reason, message } of events) {
        const missing = /storageclass(?:\.storage\.k8s\.io)? "([^"]+)" not found/.exec(message);
        if (missing !== null) {
            return {
                problem: `storage class "${missing[1] ?? ""}" does not exist`,
                wayOut: `create it, or name another one (${own}; kubectl get storageclass lists them) and delete the claim`,
            };
        }
        if (/no storage class is set/.test(message)) {
            return {
                problem: "it names no storage class, and the cluster has no default class",
                wayOut: "have an administrator mark a class as default, or name one in the claim",
            };
        }
        if (/no persistent volumes available/.test(message)) {
            return {
                problem: `class "${spec.storageClassName ?? ""}" has no free volume`,
                wayOut: `create a volume, or name a class with a provisioner (${own})`,
            };
        }
        if (reason === "ExternalProvisioning") {
            return {
                problem: `the provisioner of class "${spec.storageClassName ?? ""}" does not create its volume`,
                wayOut: "check that the storage driver of this class runs",
            };
        }
        if (reason === "ProvisioningFailed") {
            return {
                problem: `its volume cannot be created (${shorten(message)})`,
                wayOut: "check the storage driver and its quota",
            };
        }
    }
    return undefined;
}

/** Jobs that failed, with the last line of their pods. */
export function jobCauses({ jobs, pods }: NamespaceObjects): readonly Cause[] {
    return jobs.flatMap(({ metadata: { name, labels }, status }) => {
        const failed = status?.conditions.find(
            ({ type, status: value }) => type === "Failed" && value === "True",
        );
        if (failed === undefined) {
            return [];
        }
        const last = lastLine(pods.filter(({ metadata }) => jobOf(metadata.labels) === name));
        const reason = last === "" ? shorten(failed.message) : shorten(last);
        const again =
            labels["cnpg.io/cluster"] === undefined
                ? "run the command again, which starts the Job again"
                : "delete the Job, so that CloudNativePG starts it again";
        return asCause("Job", name, {
            problem: `failed: ${failed.reason}${reason === "" ? "" : ` (${reason})`}`,
            wayOut: `correct what the message names, and ${again}; kubectl logs job/${name} shows all of its output`,
        });
    });
}

function jobOf(labels: Readonly<Record<string, string>>): string | undefined {
    return labels["batch.kubernetes.io/job-name"] ?? labels["job-name"];
}

function lastLine(pods: readonly Pod[]): string {
    const messages = pods.flatMap(({ status }) =>
        status.containerStatuses.flatMap(({ state, lastState }) => [
            state.terminated?.message ?? "",
            lastState.terminated?.message ?? "",
        ]),
    );
    return (
        messages.map((each) => each.trim().split("\n").at(-1)?.trim() ?? "").find((each) => each !== "") ?? ""
    );
}

interface Resource {
    readonly kind: string;
    readonly operator: string;
    /** The conditions that show a problem, by the value that does. */
    readonly bad: (type: string, status: string) => boolean;
    readonly wayOut: string;
}

const broker: Resource = {
    kind: "RabbitmqCluster",
    operator: "the RabbitMQ Cluster Operator",
    bad: (type, status) => (type === "ReconcileSuccess" || type === "NoWarnings") && status === "False",
    wayOut: "correct what the message names; the operator's log has more",
};
const database: Resource = {
    kind: "Cluster",
    operator: "CloudNativePG",
    bad: (type, status) => type === "Ready" && status === "False",
    wayOut: "kubectl describe clusters.postgresql.cnpg.io spot-database shows its events; the operator's log has more",
};
const scaledObject: Resource = {
    kind: "ScaledObject",
    operator: "KEDA",
    bad: (type, status) =>
        (type === "Ready" && status === "False") || (type === "Fallback" && status === "True"),
    wayOut: 'check that KEDA\'s namespace is among "managementNamespaces", so that it reaches the broker',
};
const certificate: Resource = {
    kind: "Certificate",
    operator: "cert-manager",
    bad: (type, status) => type === "Ready" && status === "False",
    wayOut: 'check the issuer ("tlsIssuer"): kubectl describe issuer,clusterissuer,certificaterequest',
};

/** What the operators report of their objects, and operators that report nothing. */
export function resourceCauses(objects: NamespaceObjects): readonly Cause[] {
    return [
        ...conditionCauses(broker, objects.brokers, objects.events),
        ...conditionCauses(database, objects.databases, objects.events),
        ...conditionCauses(scaledObject, objects.scaledObjects, objects.events),
        ...conditionCauses(certificate, objects.certificates, objects.events),
    ];
}

function conditionCauses(
    { kind, operator, bad, wayOut }: Resource,
    objects: readonly Conditioned[],
    events: readonly Event[],
): readonly Cause[] {
    return objects.flatMap(({ metadata: { name }, status }) => {
        const warning = latestWarning(events, kind, name);
        if (status === undefined || (status.conditions.length === 0 && status.phase === "")) {
            return asCause(kind, name, {
                problem: `${operator} has not looked at it`,
                wayOut: "check that the operator runs, and that it watches this namespace",
            });
        }
        return status.conditions
            .filter((each) => bad(each.type, each.status))
            .flatMap(({ type, reason, message }) => {
                const refusal = [message, status.phaseReason, warning].flatMap(
                    (each) => refusalProblem(each) ?? [],
                )[0];
                if (refusal !== undefined) {
                    const problem = `${operator} cannot change its objects: ${refusal.problem}`;
                    return asCause(kind, name, { problem, wayOut: refusal.wayOut });
                }
                const details = [...new Set([message, status.phase, status.phaseReason, warning])].filter(
                    (each) => each !== "",
                );
                const report = [reason, ...details].filter((each) => each !== "").join(": ");
                return asCause(kind, name, {
                    problem: `${type === "Fallback" ? "the scaler does not get metrics" : `condition ${type} is not met`} (${shorten(report)})`,
                    wayOut,
                });
            });
    });
}

/** What an operator reported last of its object; a condition often says only that something is wrong. */
function latestWarning(events: readonly Event[], kind: string, name: string): string {
    const own = events.filter(
        ({ type, involvedObject }) =>
            type === "Warning" && involvedObject.kind === kind && involvedObject.name === name,
    );
    return own.sort((a, b) => b.time - a.time)[0]?.message ?? "";
}

/** An Ingress for which the engine waits. */
export function ingressCauses({ ingresses }: NamespaceObjects): readonly Cause[] {
    return ingresses
        .filter(({ status }) => status.loadBalancer.ingress.length === 0)
        .flatMap(({ metadata: { name }, spec }) =>
            asCause("Ingress", name, {
                problem: "has no address",
                wayOut: `check that the ingress controller of class "${spec.ingressClassName}" runs`,
            }),
        );
}

function asCause(kind: string, name: string, problem: Problem): readonly Cause[] {
    return [{ kind, names: [name], ...problem }];
}
