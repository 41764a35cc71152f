import { type Cluster } from "@spot-messaging/pulumi";
import { type BrokerVersion, brokerVersions, maxDurationMs, times } from "@spot-messaging/topology";
import { closest, distance } from "fastest-levenshtein";
import type { Deployment } from "../environment/deployment.ts";
import { type Environment, knownAnalyzers } from "../environment/environment.ts";
import { ConfigError } from "./configError.ts";
import { configKeys } from "./configKeys.ts";
import { type ConfigReader, configReader, type RawConfig } from "./configReader.ts";
import { credentialsOf } from "./credentials.ts";
import { databaseOf, rejectUnfitConnections } from "./database.ts";
import { deploymentOf } from "./deployment.ts";
import { dockerCluster } from "./dockerCluster.ts";
import { externalCluster } from "./externalCluster.ts";
import { gatewayAccessOf } from "./gatewayAccess.ts";
import { kubernetesCluster, rejectUnfitLimits } from "./kubernetesCluster.ts";
import { notificationChannelsOf } from "./notificationChannels.ts";
import { objectStoreOf } from "./objectStore.ts";
import { runbooksUrlOf } from "./runbooksUrl.ts";
import type { Secrets } from "./secrets.ts";

/**
 * Converts a stack's values into an environment.
 * @param raw the values without namespace, with the defaults of `Pulumi.yaml`
 * @param secrets whether `raw` also has the values of secrets; missing ones are then problems
 * @throws ConfigError that lists every problem
 */
export function parseEnvironment(stack: string, raw: RawConfig, secrets: Secrets = "encrypted"): Environment {
    const reader = configReader(stack, raw);
    rejectUnknownKeys(reader, Object.keys(raw));
    const brokerVersion = reader.oneOf("brokerVersion", brokerVersions);
    const cluster = clusterOf(reader, brokerVersion);
    const analyzers = analyzersOf(reader);
    const deploys = reader.flag("deployServices");
    const state: Pick<Environment, "database" | "objectStore"> =
        deploys && cluster.kind !== "external"
            ? {
                  database: databaseOf(reader, cluster.kind, secrets),
                  objectStore: objectStoreOf(reader, cluster.kind, secrets),
              }
            : { database: { kind: "embedded" }, objectStore: { kind: "directory" } };
    const deployment: Deployment = deploys
        ? deploymentOf(reader, cluster, analyzers, state.database)
        : { kind: "none" };
    const runbooksUrl = runbooksUrlOf(reader);
    const migrationStage = reader.optionalText("migrationStage");
    const environment: Environment = {
        stack,
        brokerVersion,
        cluster,
        deployment,
        ...state,
        gateway: gatewayAccessOf(reader, deployment),
        notifications: notificationChannelsOf(reader),
        credentials: credentialsOf(reader, analyzers),
        analyzers,
        analyzerReplicas: reader.integer("analyzerReplicas", 1, 100),
        analysisDeadline: reader.duration("analysisDeadline"),
        jobLimit: reader.duration("jobLimit"),
        rpcTimeout: reader.duration("rpcTimeout"),
        retry: {
            attempts: reader.integer("retryAttempts", 2, 20),
            delay: reader.duration("retryDelay"),
            delayLimit: reader.duration("retryDelayLimit"),
        },
        retain: reader.flag("protectQueues"),
        ...(runbooksUrl !== undefined && { runbooksUrl }),
        ...(migrationStage !== undefined && { migrationStage }),
    };
    if (reader.areValid("cluster")) {
        rejectContradictions(reader, environment);
    }
    if (reader.problems.length > 0) {
        throw new ConfigError(stack, reader.problems);
    }
    return environment;
}

function rejectUnknownKeys(reader: ConfigReader, keys: readonly string[]): void {
    const known: readonly string[] = configKeys;
    for (const key of keys.filter((each) => !known.includes(each))) {
        const near = closest(key, [...known]);
        reader.reject(
            key,
            "is unknown",
            distance(key, near) <= 3 ? `did you mean "${near}"?` : "remove it; Pulumi.yaml lists every key",
        );
    }
}

function clusterOf(reader: ConfigReader, brokerVersion: BrokerVersion): Cluster {
    switch (reader.oneOf("cluster", ["docker", "kubernetes", "external"])) {
        case "docker":
            return dockerCluster(reader, brokerVersion);
        case "kubernetes":
            return kubernetesCluster(reader, brokerVersion);
        case "external":
            return externalCluster(reader);
    }
}

function analyzersOf(reader: ConfigReader): readonly string[] {
    const known: readonly string[] = knownAnalyzers;
    const analyzers = reader.list("analyzers", `name at least one of ${known.join(", ")}`);
    for (const name of new Set(analyzers)) {
        if (!known.includes(name)) {
            const near = closest(name, [...known]);
            reader.reject(
                "analyzers",
                `names the unknown analyzer "${name}"`,
                distance(name, near) <= 3 ? `did you mean "${near}"?` : `known are ${known.join(", ")}`,
            );
        } else if (analyzers.filter((each) => each === name).length > 1) {
            reader.reject("analyzers", `names "${name}" more than once`, "name each analyzer once");
        }
    }
    return analyzers;
}

/** Checks combinations of values that are valid only by themselves. */
function rejectContradictions(reader: ConfigReader, environment: Environment): void {
    const { retry, analysisDeadline, jobLimit, cluster, deployment, database } = environment;
    if (reader.areValid("retryDelay", "retryDelayLimit") && retry.delayLimit < retry.delay) {
        reader.reject("retryDelayLimit", 'is shorter than "retryDelay"', "make it at least as long");
    }
    if (reader.areValid("jobLimit") && times(jobLimit, 2) > maxDurationMs) {
        reader.reject(
            "jobLimit",
            "is longer than half of the maximum consumer timeout",
            "write at most 24 days",
        );
    }
    if (reader.areValid("analysisDeadline", "jobLimit") && analysisDeadline <= jobLimit) {
        reader.reject(
            "analysisDeadline",
            'is not longer than "jobLimit"',
            "make it longer, otherwise the deadline ends every analysis that uses its full job limit",
        );
    }
    if (cluster.kind === "kubernetes") {
        rejectUnfitLimits(reader, cluster);
    }
    if (deployment.kind !== "none" && database.kind === "external") {
        rejectUnfitConnections(reader, deployment, database);
    }
    const ports = [
        ...(cluster.kind === "docker"
            ? Object.entries(cluster.ports).map(([key, port]) => [`${key}Port`, port] as const)
            : []),
        ...(deployment.kind === "docker" ? [["gatewayPort", deployment.gatewayPort] as const] : []),
    ];
    const validPorts = ports.filter(([key]) => reader.areValid(key));
    for (const [index, [key, port]] of validPorts.entries()) {
        const other = validPorts.slice(0, index).find(([, taken]) => taken === port);
        if (other !== undefined) {
            reader.reject(key, `has the port ${port} of "${other[0]}"`, "choose another port");
        }
    }
}
