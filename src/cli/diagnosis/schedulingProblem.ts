import type { Problem } from "./cause.ts";

/** Ways out by the words of the scheduler, in the order in which they are given. */
const waysOut: readonly (readonly [RegExp, string])[] = [
    [
        /Insufficient (?:cpu|memory)/,
        'add nodes, or ask for less ("brokerCpus", "brokerMemory", "serviceReplicas")',
    ],
    [/Insufficient ephemeral-storage/, "add nodes or local disk"],
    [/Too many pods/, "add nodes, or allow more pods on each"],
    [/Insufficient (?!cpu|memory|ephemeral-storage)/, "add nodes with this resource"],
    [
        /didn't match pod anti-affinity rules|existing pods anti-affinity/,
        'add nodes: every RabbitMQ node ("nodes") needs a host of its own',
    ],
    [
        /didn't match pod topology spread constraints/,
        'add nodes in the zones that lack one, and check their label topology.kubernetes.io/zone against "zones"',
    ],
    [
        /didn't match Pod's node affinity|didn't match node selector/i,
        'name in "zones" what the nodes have as label topology.kubernetes.io/zone (kubectl get nodes -L topology.kubernetes.io/zone)',
    ],
    [/volume node affinity conflict/, "add a node in the zone of the volume: a volume cannot leave its zone"],
    [
        /unbound immediate PersistentVolumeClaims|persistentvolumeclaim "[^"]+" not found/,
        'check the claim (kubectl get pvc) and its class ("storageClass", "databaseStorageClass")',
    ],
    [
        /did(?:n't| not) find available persistent volumes to bind|didn't have free ports|node\(s\) did not have enough free storage/,
        "create a volume for the claim, or name a class with a provisioner",
    ],
    [
        /node\.kubernetes\.io\/(?:unreachable|not-ready|network-unavailable)|node\.cloudprovider\.kubernetes\.io\/uninitialized/,
        "start the nodes that are not ready again (kubectl get nodes, kubectl describe node)",
    ],
    [
        /node\.kubernetes\.io\/(?:disk|memory|pid)-pressure/,
        "free what the nodes run short of, or add nodes (kubectl describe node)",
    ],
    [
        /(?:untolerated|had) taint(?!s? \{node\.(?:kubernetes|cloudprovider\.kubernetes)\.io\/)/,
        "remove the taint from the nodes (kubectl describe node), or add nodes without it",
    ],
    [/unschedulable/, "make the nodes schedulable again (kubectl uncordon NAME)"],
    [/max volume count/, "add nodes: each can attach only so many volumes"],
    [/no nodes available|0\/0 nodes/, "add nodes"],
];

/**
 * Why the scheduler finds no node for a pod.
 * @param message such as `0/3 nodes are available: 3 Insufficient cpu. preemption: ...`
 */
export function schedulingProblem(message: string): Problem {
    // The first sentence has the reason of each node; what follows is about preemption and device claims.
    const reason = message.replace(/\.+(?:\s.*)?$/s, "");
    const found = waysOut.filter(([pattern]) => pattern.test(reason)).map(([, wayOut]) => wayOut);
    return {
        problem: `no node fits (${reason})`,
        wayOut: found.length === 0 ? "add a node that fits, or change what the pod needs" : found.join("; "),
    };
}
