import type { BrokerVersion } from "./brokerVersion.js";
import type { Retry } from "./declaration.js";
import type { Duration } from "./duration.js";

/** RabbitMQ in containers on this machine. */
export interface DockerCluster {
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

export type Cluster = DockerCluster | ExternalCluster;

/** Where the consuming services run. */
export type Deployment =
    | {
          readonly kind: "docker";
          /** @default - the image that is built from `services/`, tagged with the hash of its content */
          readonly image?: string;
          /** The gateway's port on the loopback interface. */
          readonly gatewayPort: number;
      }
    | { readonly kind: "none" };

/** Everything in which one stack differs from another. */
export interface Environment {
    readonly stack: string;
    readonly brokerVersion: BrokerVersion;
    readonly cluster: Cluster;
    readonly deployment: Deployment;
    /** The analyzers that every e-mail goes through. */
    readonly analyzers: readonly string[];
    /** How many replicas of each analyzer run. */
    readonly analyzerReplicas: number;
    /** How long an analysis may take before it is finished with what there is. */
    readonly analysisDeadline: Duration;
    /** How long one service may work on one message. */
    readonly jobLimit: Duration;
    readonly rpcTimeout: Duration;
    readonly retry: Retry;
    /** Whether queues are protected from replacement and deletion. */
    readonly retain: boolean;
}

/** The analyzers that the services' image can run. */
export const knownAnalyzers = ["headers", "content", "links", "attachments"] as const;
