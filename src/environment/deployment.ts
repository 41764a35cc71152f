import type { Monitoring, NameServer, VolumeClaim } from "@spot-messaging/pulumi";
import type { Service } from "@spot-messaging/topology";
import { connectionsOfProcess, type NetworkPeer } from "./state.ts";

/** Services in containers on this machine. */
export interface DockerDeployment {
    readonly kind: "docker";
    /** @default - the image built from `services/`, tagged with the hash of its content */
    readonly image?: string;
    /** The gateway's port on the loopback interface. */
    readonly gatewayPort: number;
    /** The number of replicas by service; a range has equal ends. Other services use the number in the topology. */
    readonly replicas: Readonly<Record<string, ReplicaRange>>;
    /** Existing networks that the services join, such as that of a database. */
    readonly networks: readonly string[];
    /** The collector to which all services export traces by OTLP over HTTP; `undefined`: they export none. */
    readonly tracesEndpoint?: string;
}

/** Services on Kubernetes. */
export interface KubernetesDeployment {
    readonly kind: "kubernetes";
    readonly namespace: string;
    /** With a digest, so that all replicas always run the same program. */
    readonly image: string;
    /** The image pull Secrets of the namespace. */
    readonly imagePullSecrets: readonly string[];
    /** The name servers of the pods. */
    readonly nameServers: readonly NameServer[];
    /** The number of replicas by service; see {@link replicasOf} for the others. */
    readonly replicas: Readonly<Record<string, ReplicaRange>>;
    /** Mail servers and webhooks that the notifier can reach. */
    readonly notificationPeers: readonly NetworkPeer[];
    /** The volume that the services of an earlier release shared. No service mounts it; it stays until an operator deletes it. */
    readonly oldData?: VolumeClaim;
    /** `undefined`: no scraping. */
    readonly monitoring?: Monitoring;
    /** The ingress of the gateway; `undefined`: only pods of its namespace can connect. */
    readonly ingress?: GatewayIngress;
}

/** Equal numbers mean no scaling. */
export interface ReplicaRange {
    readonly least: number;
    readonly most: number;
}

/** The gateway behind an ingress controller. */
export interface GatewayIngress {
    readonly host: string;
    readonly className: string;
    /** The namespace of the controller's pods; only they can connect to the gateway. */
    readonly namespace: string;
    /** The Secret with the host's certificate. */
    readonly tlsSecret: string;
}

/** The deployment of the consuming services. */
export type Deployment = DockerDeployment | KubernetesDeployment | { readonly kind: "none" };

export const gatewayName = "gateway";

/**
 * The networks in Docker: one for the gateway, so that analyzers cannot submit e-mails, and one for all other services. Neither leads to the
 * internet or to the broker's management API.
 */
export const clientNetworks = [gatewayName, "services"] as const;

/** The services that keep state, and therefore have a schema of their own in the database. */
export const statefulServices = [
    gatewayName,
    "analyzer-orchestrator",
    "result-processor",
    "notifier",
] as const;

/** All services that run in containers or pods. */
export function deployedServiceNames(analyzers: readonly string[]): readonly string[] {
    return [...statefulServices, ...analyzers.map((name) => `analyzer.${name}`)];
}

/** All services, deployed or not. */
export function serviceNames(analyzers: readonly string[]): readonly string[] {
    return [...deployedServiceNames(analyzers), "operator", "monitoring"];
}

/** Whether KEDA changes the number of replicas. */
export function scales({ least, most }: ReplicaRange): boolean {
    return most > least;
}

/**
 * The number of replicas of a service. On Kubernetes, at least two of each, so that the loss of a host stops none; other numbers are the
 * stack's.
 */
export function replicasOf(deployment: RunningDeployment, { name, workload }: Service): ReplicaRange {
    return rangeOf(deployment, name, workload?.replicas ?? 0);
}

type RunningDeployment = DockerDeployment | KubernetesDeployment;

function rangeOf({ kind, replicas }: RunningDeployment, name: string, usual: number): ReplicaRange {
    const fixed = kind === "kubernetes" && usual > 0 ? Math.max(usual, 2) : usual;
    return replicas[name] ?? { least: fixed, most: fixed };
}

/** The maximum number of service processes. */
export function mostProcesses(deployment: Deployment, services: readonly Service[]): number {
    const most = (service: Service): number =>
        deployment.kind === "none" ? (service.workload?.replicas ?? 0) : replicasOf(deployment, service).most;
    return services.reduce((total, service) => total + most(service), 0);
}

/** Whether a service keeps state in the database. */
export function keepsState(service: string): boolean {
    return statefulServices.some((each) => each === service);
}

/** Whether a service reads or writes e-mails. */
export function handlesMails(service: string): boolean {
    return service === gatewayName || service.startsWith("analyzer.");
}

/** The connections that all services together open to the database at most, with one process more of each while it is rolled. */
export function databaseConnections(deployment: RunningDeployment): number {
    const processes = statefulServices.map((name) => rangeOf(deployment, name, 1).most + 1);
    return processes.reduce((total, each) => total + each, 0) * connectionsOfProcess;
}

/** The URL for e-mails from outside; `null` if there is none. */
export function gatewayUrlOf(deployment: Deployment): string | null {
    switch (deployment.kind) {
        case "docker":
            return `http://127.0.0.1:${deployment.gatewayPort}`;
        case "kubernetes":
            return deployment.ingress === undefined ? null : `https://${deployment.ingress.host}`;
        case "none":
            return null;
    }
}
