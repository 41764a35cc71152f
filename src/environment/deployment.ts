import type { NameServer, VolumeClaim } from "@spot-messaging/pulumi";
import type { Service } from "@spot-messaging/topology";

/** Services in containers on this machine. */
export interface DockerDeployment {
    readonly kind: "docker";
    /** @default - the image that is built from `services/`, tagged with the hash of its content */
    readonly image?: string;
    /** The gateway's port on the loopback interface. */
    readonly gatewayPort: number;
}

/** Services on Kubernetes. */
export interface KubernetesDeployment {
    readonly kind: "kubernetes";
    readonly namespace: string;
    /** By digest, so that all replicas run the same program for ever. */
    readonly image: string;
    /** The Secrets of the namespace with which images are pulled. */
    readonly imagePullSecrets: readonly string[];
    /** Who answers the names that pods ask for. */
    readonly nameServers: readonly NameServer[];
    /** How many replicas run, of those services that do not run as many as the topology says. */
    readonly replicas: Readonly<Record<string, ReplicaRange>>;
    /** The volume that all services share, so its class must offer ReadWriteMany. */
    readonly data: VolumeClaim;
    /** How the gateway is reached from outside; `undefined`: by those pods of its namespace that may leave theirs. */
    readonly ingress?: GatewayIngress;
}

/** Equal numbers: no scaling. */
export interface ReplicaRange {
    readonly least: number;
    readonly most: number;
}

/** The gateway behind an ingress controller. */
export interface GatewayIngress {
    readonly host: string;
    readonly className: string;
    /** Where the controller's pods run: the only ones that reach the gateway. */
    readonly namespace: string;
    /** The Secret with the host's certificate. */
    readonly tlsSecret: string;
}

/** Where the consuming services run. */
export type Deployment = DockerDeployment | KubernetesDeployment | { readonly kind: "none" };

/** The services of which several replicas share the work; of the others there is one, since it keeps a store of its own. */
export function scalableServices(analyzers: readonly string[]): readonly string[] {
    return ["gateway", ...analyzers.map((name) => `analyzer.${name}`)];
}

/** Every service, deployed or not. */
export function serviceNames(analyzers: readonly string[]): readonly string[] {
    const others = ["analyzer-orchestrator", "result-processor", "notifier", "operator", "monitoring"];
    return [...scalableServices(analyzers), ...others];
}

/** Whether the number of replicas changes by itself. */
export function scales({ least, most }: ReplicaRange): boolean {
    return most > least;
}

/** How many replicas of a service run. */
export function replicasOf({ replicas }: KubernetesDeployment, { name, workload }: Service): ReplicaRange {
    const fixed = workload?.replicas ?? 0;
    return replicas[name] ?? { least: fixed, most: fixed };
}

/** How many processes of all services run at most. */
export function mostProcesses(deployment: Deployment, services: readonly Service[]): number {
    const most = (service: Service): number =>
        deployment.kind === "kubernetes"
            ? replicasOf(deployment, service).most
            : (service.workload?.replicas ?? 0);
    return services.reduce((total, service) => total + most(service), 0);
}

/** Where e-mails are submitted from outside; `null` where nothing leads there. */
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
