import type { Bytes } from "@spot-messaging/topology";

/** What is the same of every cluster that is made here. */
interface OwnCluster {
    /** The broker's first user, with which everything else is declared. Changing it needs a new cluster. @default "administrator" */
    readonly administrator?: string;
}

/** RabbitMQ in containers on this machine. */
export interface DockerCluster extends OwnCluster {
    readonly kind: "docker";
    /** An odd number, so that a majority exists when one node is gone. */
    readonly nodes: 1 | 3;
    readonly image: string;
    /** Ports of the first node on the loopback interface. */
    readonly ports: { readonly amqp: number; readonly management: number; readonly prometheus: number };
}

/** A broker that others run: only topology, users and nothing else are declared on it. */
export interface ExternalCluster {
    readonly kind: "external";
    /** The management API's URL. */
    readonly endpoint: string;
    /** An administrator there; its password is a secret and therefore not part of the environment. */
    readonly username: string;
    readonly hosts: readonly string[];
    readonly amqpPort: number;
    readonly tls: boolean;
}

/** Who signs the broker's certificate: an issuer of cert-manager, or a certificate authority that the program makes for it alone. */
export type CertificateAuthority =
    | { readonly kind: "Issuer" | "ClusterIssuer"; readonly name: string }
    | { readonly kind: "own" };

/** RabbitMQ on Kubernetes, run by the RabbitMQ Cluster Operator. */
export interface KubernetesCluster extends OwnCluster {
    readonly kind: "kubernetes";
    readonly namespace: string;
    /** The application that broker and services are a part of, for the label `app.kubernetes.io/part-of`. @default "rabbitmq" */
    readonly partOf?: string;
    /** What the operator is tested with, and has a majority when one node is gone. */
    readonly nodes: 3 | 5;
    /** By digest, so that a node that moves to another host is the same one. */
    readonly image: string;
    /** The Secrets of the namespace with which images are pulled. */
    readonly imagePullSecrets: readonly string[];
    /** The zones that the nodes are spread over, as the label `topology.kubernetes.io/zone` has them; at least three. */
    readonly zones: readonly string[];
    /** Processors of one node: both what it is promised and what it may use. */
    readonly cpus: number;
    /** Memory of one node: both what it is promised and what it may use. */
    readonly memory: Bytes;
    /** The share of its memory, in percent, above which a node blocks publishers. */
    readonly memoryWatermarkPercent: number;
    /** The persistent volume of one node. */
    readonly storage: VolumeClaim;
    /** A node with less free disk than this blocks publishers. */
    readonly diskFreeLimit: Bytes;
    readonly authority: CertificateAuthority;
    /** Where the operator is declared from; `undefined`: the Kubernetes cluster has it already. */
    readonly operatorManifest?: string;
    /** The management API's URL as seen from where the program runs; `undefined`: the program runs inside the Kubernetes cluster. */
    readonly managementUrl?: string;
    /** Namespaces, besides its own, from whose pods the management API may be reached. */
    readonly managementNamespaces: readonly string[];
    /** Who answers the names that pods ask for. */
    readonly nameServers: readonly NameServer[];
    /** `undefined`: nothing scrapes the broker, and no manifests of the Prometheus operator are declared. */
    readonly monitoring?: Monitoring;
}

/** The pods of a namespace, or everything in a range of addresses (CIDR), at a port of UDP and TCP. */
export type NameServer = ({ readonly namespace: string } | { readonly range: string }) & {
    readonly port: number;
};

/** The Prometheus operator's side of the Kubernetes cluster. */
export interface Monitoring {
    /** Where Prometheus runs. */
    readonly namespace: string;
    /** What Prometheus' selectors ask of monitors and rules, such as `release: kube-prometheus-stack`. */
    readonly labels: Readonly<Record<string, string>>;
}

/** Storage that is asked of a class. */
export interface VolumeClaim {
    readonly storageClass: string;
    readonly size: Bytes;
}

/** Where a cluster runs, and how it is made. */
export type Cluster = DockerCluster | ExternalCluster | KubernetesCluster;
