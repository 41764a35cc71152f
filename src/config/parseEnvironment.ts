import { closest, distance } from "fastest-levenshtein";
import {
    brokerVersions,
    type Cluster,
    type Deployment,
    type Environment,
    knownAnalyzers,
    longestDurationMs,
    times,
} from "../model/index.js";
import { ConfigError } from "./configError.js";
import { type ConfigReader, configReader, type RawConfig } from "./configReader.js";

/** Every key that a stack file may have; `Pulumi.yaml` declares the same ones with type, description and default. */
export const configKeys = [
    "cluster",
    "brokerVersion",
    "brokerImage",
    "nodes",
    "amqpPort",
    "managementPort",
    "prometheusPort",
    "endpoint",
    "username",
    "password",
    "amqpHosts",
    "amqpTls",
    "deployServices",
    "servicesImage",
    "gatewayPort",
    "analyzers",
    "analyzerReplicas",
    "analysisDeadline",
    "jobLimit",
    "rpcTimeout",
    "retryAttempts",
    "retryDelay",
    "retryDelayLimit",
    "protectQueues",
] as const;

/**
 * Makes an environment of a stack's values.
 * @param raw the values without namespace, the defaults of `Pulumi.yaml` filled in
 * @throws ConfigError with every problem at once
 */
export function parseEnvironment(stack: string, raw: RawConfig): Environment {
    const reader = configReader(stack, raw);
    rejectUnknownKeys(reader, Object.keys(raw));
    const brokerVersion = reader.oneOf("brokerVersion", brokerVersions);
    const kind = reader.oneOf("cluster", ["docker", "external"]);
    const cluster = kind === "docker" ? dockerCluster(reader, brokerVersion) : externalCluster(reader);
    const environment: Environment = {
        stack,
        brokerVersion,
        cluster,
        deployment: deploymentOf(reader, cluster),
        analyzers: analyzersOf(reader),
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
    };
    if (reader.problems.length === 0) {
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

function dockerCluster(reader: ConfigReader, brokerVersion: string): Cluster {
    const nodes = reader.integer("nodes", 1, 3);
    if (nodes === 2) {
        reader.reject(
            "nodes",
            "has the value 2",
            "write 1 or 3: with 2, losing either node stops the cluster",
        );
    }
    return {
        kind: "docker",
        nodes: nodes === 3 ? 3 : 1,
        image: reader.optionalText("brokerImage") ?? `rabbitmq:${brokerVersion}-management`,
        ports: {
            amqp: reader.port("amqpPort"),
            management: reader.port("managementPort"),
            prometheus: reader.port("prometheusPort"),
        },
    };
}

function externalCluster(reader: ConfigReader): Cluster {
    const endpoint = reader.text("endpoint");
    if (endpoint !== "" && !/^https?:\/\/[^/@]+\/?$/.test(endpoint)) {
        reader.reject(
            "endpoint",
            `has the value "${endpoint.replace(/^(https?:\/\/)?.*@/, "$1***@")}"`,
            'write the management API\'s URL without credentials and path, such as "https://broker.example.com"',
        );
    }
    const hosts = reader.list("amqpHosts", "name at least one host that services connect to");
    return {
        kind: "external",
        endpoint,
        username: reader.text("username"),
        hosts,
        amqpPort: reader.port("amqpPort"),
        tls: reader.flag("amqpTls"),
    };
}

function deploymentOf(reader: ConfigReader, cluster: Cluster): Deployment {
    const wanted = reader.flag("deployServices");
    const image = reader.optionalText("servicesImage");
    if (wanted && cluster.kind === "external") {
        reader.reject(
            "deployServices",
            "is true",
            'write false: beside an external broker this program deploys no services, or use cluster "docker"',
        );
    }
    return wanted
        ? { kind: "docker", gatewayPort: reader.port("gatewayPort"), ...(image !== undefined && { image }) }
        : { kind: "none" };
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

/** What each value allows by itself but not together with another. */
function rejectContradictions(reader: ConfigReader, environment: Environment): void {
    const { retry, analysisDeadline, jobLimit, cluster, deployment } = environment;
    if (retry.delayLimit < retry.delay) {
        reader.reject("retryDelayLimit", 'is shorter than "retryDelay"', "make it at least as long");
    }
    if (times(jobLimit, 2) > longestDurationMs) {
        reader.reject(
            "jobLimit",
            "is longer than half of what the broker can wait for a consumer",
            "write at most 24 days",
        );
    }
    if (analysisDeadline <= jobLimit) {
        reader.reject(
            "analysisDeadline",
            'is not longer than "jobLimit"',
            "make it longer, or every analysis that needs its time is given up",
        );
    }
    const ports = [
        ...(cluster.kind === "docker"
            ? Object.entries(cluster.ports).map(([key, port]) => [`${key}Port`, port] as const)
            : []),
        ...(deployment.kind === "docker" ? [["gatewayPort", deployment.gatewayPort] as const] : []),
    ];
    for (const [index, [key, port]] of ports.entries()) {
        const other = ports.slice(0, index).find(([, taken]) => taken === port);
        if (other !== undefined) {
            reader.reject(key, `has the port ${port} of "${other[0]}"`, "choose another port");
        }
    }
}
