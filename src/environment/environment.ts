import type { Cluster } from "@spot-messaging/pulumi";
import type { BrokerVersion, Duration, Retry } from "@spot-messaging/topology";
import type { Credentials } from "./credentials.ts";
import type { Deployment } from "./deployment.ts";
import type { NotificationChannels } from "./notificationChannels.ts";
import type { Database, GatewayAccess, ObjectStore } from "./state.ts";

/** All differences between stacks. */
export interface Environment {
    readonly stack: string;
    readonly brokerVersion: BrokerVersion;
    readonly cluster: Cluster;
    readonly deployment: Deployment;
    readonly database: Database;
    readonly objectStore: ObjectStore;
    readonly gateway: GatewayAccess;
    readonly notifications: NotificationChannels;
    /** The URL of the folder with the alerts' runbooks; `undefined`: alerts link to none. */
    readonly runbooksUrl?: string;
    readonly credentials: Credentials;
    /** The analyzers of every e-mail. */
    readonly analyzers: readonly string[];
    /** The number of replicas of each analyzer. */
    readonly analyzerReplicas: number;
    /** The deadline of an analysis; then it completes with the findings so far. */
    readonly analysisDeadline: Duration;
    /** The time limit of a service for one message. */
    readonly jobLimit: Duration;
    readonly rpcTimeout: Duration;
    readonly retry: Retry;
    /** Whether Pulumi protects queues from replacement and deletion. */
    readonly retain: boolean;
    /** The snapshot of a migration's stage, which is deployed instead of the declared topology: its path in the project. */
    readonly migrationStage?: string;
}

/** The analyzers that the services' image can run. */
export const knownAnalyzers = ["headers", "content", "links", "attachments"] as const;
