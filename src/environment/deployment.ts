import type { NameServer, VolumeClaim } from "@spot-messaging/pulumi";
import type { Service } from "@spot-messaging/topology";

/** Services in containers on this machine. */
export interface DockerDeployment {
    readonly kind: "docker";
    /** @default - the image built from `services/`, tagged with the hash of its content */
    readonly image?: string;
    /** The gateway's port on the loopback interface. */
    readonly gatewayPort: number;
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
    /** The number of replicas by service; other services use the number in the topology. */
    readonly replicas: Readonly<Record<string, ReplicaRange>>;
    /** The volume that all services share; its class must support ReadWriteMany. */
    readonly data: VolumeClaim;
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

/** The services that can have several replicas. Every other service has one, because it has its own store. */
export function scalableServices(analyzers: readonly string[]): readonly string[] {
    return ["gateway", ...analyzers.map((name) => `analyzer.${name}`)];
}

/** All services, deployed or not. */
export function serviceNames(analyzers: readonly string[]): readonly string[] {
    const others = ["analyzer-orchestrator", "result-processor", "notifier", "operator", "monitoring"];
    return [...scalableServices(analyzers), ...others];
}

/** Whether KEDA changes the number of replicas. */
export function scales({ least, most }: ReplicaRange): boolean {
    return most > least;
}

/** The number of replicas of a service. */
export function replicasOf({ replicas }: KubernetesDeployment, { name, workload }: Service): ReplicaRange {
    const fixed = workload?.replicas ?? 0;
    return replicas[name] ?? { least: fixed, most: fixed };
}

/** The maximum number of service processes. */
export function mostProcesses(deployment: Deployment, services: readonly Service[]): number {
    const most = (service: Service): number =>
        deployment.kind === "kubernetes"
            ? replicasOf(deployment, service).most
            : (service.workload?.replicas ?? 0);
    return services.reduce((total, service) => total + most(service), 0);
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
