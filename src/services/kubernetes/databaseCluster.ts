import type * as k8s from "@pulumi/kubernetes";
import {
    formatQuantity,
    nameServerPeers,
    operatorKinds,
    partLabels,
    podsIn,
    tcpPort,
} from "@spot-messaging/pulumi/kubernetes";
import type { KubernetesDeployment } from "../../environment/deployment.ts";
import { partOf } from "../../environment/platform.ts";
import type { DatabaseCluster } from "../../environment/state.ts";
import type { ReachedPods } from "./networkPolicy.ts";
import type { AuthoritySecret } from "./volumes.ts";

/** The name of the `Cluster` of CloudNativePG, from which the operator derives all other names. */
export const databaseName = "spot-database";

/** The database that the services use, and its owner. */
const applicationName = "spot";

const port = 5432;

/** The instances' pods, by the label that the operator sets. */
const instances = { "cnpg.io/cluster": databaseName } as const;

/** The pods that accept connections. */
export const databasePods: ReachedPods = { labels: instances, port };

/** The Secret of the operator with the authority that signed the instances' certificates. */
export const databaseAuthority: AuthoritySecret = { secretName: `${databaseName}-ca`, key: "ca.crt" };

/** `host:port/name` of the instance that accepts writes; the certificate contains the host. */
export function databaseAddress(namespace: string): string {
    return `${databaseName}-rw.${namespace}.svc:${port}/${applicationName}`;
}

/** The name of the Secret with the owner's password. */
export const ownerSecretName = `${databaseName}-owner`;

/** The labels of everything that belongs to the database. */
export function databaseMetadata(
    namespace: string,
    name: string,
): { readonly name: string; readonly namespace: string; readonly labels: Record<string, string> } {
    // A component of its own: the broker accepts connections from services.
    const labels = { ...partLabels(partOf, "service"), "app.kubernetes.io/component": "database" };
    return { name, namespace, labels };
}

/** The slots that the server itself and its operator need. */
const reservedConnections = 20;

/**
 * PostgreSQL with one primary and replicas in other zones. A commit waits for one replica, so that the loss of the primary loses nothing
 * that was confirmed.
 * @param connections the most that services can open
 * @see https://cloudnative-pg.io/documentation/current/cloudnative-pg.v1/#clusterspec
 */
export function toDatabaseClusterArgs(
    namespace: string,
    database: DatabaseCluster,
    connections: number,
): k8s.apiextensions.CustomResourceArgs {
    return {
        ...operatorKinds.databaseCluster,
        metadata: {
            ...databaseMetadata(namespace, databaseName),
            annotations: { "pulumi.com/waitFor": "condition=Ready", "pulumi.com/timeoutSeconds": "900" },
        },
        spec: {
            instances: database.instances,
            bootstrap: {
                initdb: {
                    database: applicationName,
                    owner: applicationName,
                    secret: { name: ownerSecretName },
                    // The owner creates one role for each service.
                    postInitApplicationSQL: [`ALTER ROLE ${applicationName} CREATEROLE`],
                },
            },
            storage: {
                storageClass: database.storage.storageClass,
                size: formatQuantity(database.storage.size),
            },
            postgresql: {
                parameters: { max_connections: String(connections + reservedConnections) },
                ...(database.instances > 1 && {
                    synchronous: { method: "any", number: 1, dataDurability: "preferred" },
                }),
            },
            affinity: { topologyKey: "topology.kubernetes.io/zone", podAntiAffinityType: "preferred" },
            resources: {
                requests: { cpu: "500m", memory: "1Gi" },
                limits: { cpu: "2", memory: "1Gi" },
            },
        },
    };
}

/** The content of the owner's Secret, in the form that the operator reads. */
export function ownerData(password: string): Readonly<Record<string, string>> {
    return { username: applicationName, password };
}

/** The ports of the instance manager: status for the operator and the other instances, and metrics. */
const managerPorts = { status: 8000, metrics: 9187 } as const;

/**
 * The instances accept connections from the services with state, from each other, from the operator and from Prometheus. Each asks the
 * Kubernetes API, which is not a pod, so that no selector matches it.
 * @param clients the labels of the pods that may connect
 */
export function toDatabasePolicyArgs(
    { namespace, nameServers, monitoring }: KubernetesDeployment,
    database: DatabaseCluster,
    clients: readonly Readonly<Record<string, string>>[],
): k8s.networking.v1.NetworkPolicyArgs {
    const own = { podSelector: { matchLabels: { ...instances } } };
    return {
        metadata: databaseMetadata(namespace, databaseName),
        spec: {
            // The pods that the operator starts for a new instance have the label too.
            podSelector: { matchLabels: { ...instances } },
            policyTypes: ["Ingress", "Egress"],
            ingress: [
                {
                    from: clients.map((each) => ({ podSelector: { matchLabels: { ...each } } })),
                    ports: [tcpPort(port)],
                },
                { from: [own], ports: [tcpPort(port), tcpPort(managerPorts.status)] },
                {
                    from: [podsIn(database.operatorNamespace)],
                    ports: [tcpPort(port), tcpPort(managerPorts.status)],
                },
                ...(monitoring === undefined
                    ? []
                    : [{ from: [podsIn(monitoring.namespace)], ports: [tcpPort(managerPorts.metrics)] }]),
            ],
            egress: [
                { to: [own], ports: [tcpPort(port), tcpPort(managerPorts.status)] },
                { ports: [tcpPort(443), tcpPort(6443)] },
                ...nameServerPeers(nameServers),
            ],
        },
    };
}
