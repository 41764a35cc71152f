import type { Cluster } from "@spot-messaging/pulumi";
import type { BrokerVersion, Duration, Retry } from "@spot-messaging/topology";
import type { Credentials } from "./credentials.ts";
import type { Deployment } from "./deployment.ts";

/** Everything in which one stack differs from another. */
export interface Environment {
    readonly stack: string;
    readonly brokerVersion: BrokerVersion;
    readonly cluster: Cluster;
    readonly deployment: Deployment;
    readonly credentials: Credentials;
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
