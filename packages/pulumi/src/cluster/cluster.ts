import type { Bytes } from "@spot-messaging/topology";

/** Settings of every cluster that the component creates. */
interface OwnCluster {
    /** The broker's first user, which declares everything else. A change needs a new cluster. @default "administrator" */
    readonly administrator?: string;
}

/** RabbitMQ in containers on this machine. */
export interface DockerCluster extends OwnCluster {
    readonly kind: "docker";
    /** An odd number, so that the others are a majority when one node fails. */
    readonly nodes: 1 | 3;
    readonly image: string;
    /** Host ports of the first node, on the loopback interface. */
    readonly ports: { readonly amqp: number; readonly management: number; readonly prometheus: number };
    /**
     * Networks for clients, which the component creates as `<prefix>-<name>`. From them, only AMQP is reachable: not the management API, not
     * the metrics, and not the internet. @default - clients use the network with all ports
     */
    readonly clientNetworks?: readonly string[];
}

/** An existing broker: the stack declares only the topology and its users on it. */
export interface ExternalCluster {
    readonly kind: "external";
    /** The management API's URL. */
    readonly endpoint: string;
    /** An administrator of this broker. Its password is a secret and therefore not part of this value. */
    readonly username: string;
    readonly hosts: readonly string[];
    readonly amqpPort: number;
    readonly tls: boolean;
}

/** What signs the broker's certificate: a cert-manager issuer, or a certificate authority that the program creates only for this broker. */
export type CertificateAuthority =
    | { readonly kind: "Issuer" | "ClusterIssuer"; readonly name: string }
    | { readonly kind: "own" };

/** RabbitMQ on Kubernetes, managed by the RabbitMQ Cluster Operator. */
export interface KubernetesCluster extends OwnCluster {
    readonly kind: "kubernetes";
    readonly namespace: string;
    /** The application of broker and services: the label `app.kubernetes.io/part-of`. @default "rabbitmq" */
    readonly partOf?: string;
    /** The operator is tested with these numbers, and the others are a majority when one node fails. */
    readonly nodes: 3 | 5;
    /** With a digest, so that a node gets the same image after it moves to another host. */
    readonly image: string;
    /** The image pull Secrets of the namespace. */
    readonly imagePullSecrets: readonly string[];
    /** The zones of the nodes, as in the label `topology.kubernetes.io/zone`; at least three. */
    readonly zones: readonly string[];
    /** CPUs of one node: both request and limit. */
    readonly cpus: number;
    /** Memory of one node: both request and limit. */
    readonly memory: Bytes;
    /** The memory watermark in percent: above it, a node blocks publishers. */
    readonly memoryWatermarkPercent: number;
    /** The persistent volume of one node. */
    readonly storage: VolumeClaim;
    /** A node with less free disk than this blocks publishers. */
    readonly diskFreeLimit: Bytes;
    readonly authority: CertificateAuthority;
    /** The URL of the operator's manifest; `undefined`: the operator is already installed. */
    readonly operatorManifest?: string;
    /** The management API's URL as seen from where the program runs; `undefined`: the program runs inside the Kubernetes cluster. */
    readonly managementUrl?: string;
    /** Other namespaces whose pods can connect to the management API. */
    readonly managementNamespaces: readonly string[];
    /** The name servers of the pods. */
    readonly nameServers: readonly NameServer[];
    /** `undefined`: no scraping, and no manifests of the Prometheus operator. */
    readonly monitoring?: Monitoring;
}

/** The pods of a namespace or a range of addresses (CIDR), with a port for UDP and TCP. */
export type NameServer = ({ readonly namespace: string } | { readonly range: string }) & {
    readonly port: number;
};

/** Settings of the Prometheus operator in the Kubernetes cluster. */
export interface Monitoring {
    /** The namespace of Prometheus. */
    readonly namespace: string;
    /** The labels that Prometheus' selectors need on monitors and rules, such as `release: kube-prometheus-stack`. */
    readonly labels: Readonly<Record<string, string>>;
}

/** A volume of a storage class. */
export interface VolumeClaim {
    readonly storageClass: string;
    readonly size: Bytes;
}

/** A cluster: where it runs and its settings. */
export type Cluster = DockerCluster | ExternalCluster | KubernetesCluster;
