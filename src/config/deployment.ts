import { type Cluster, type KubernetesCluster, type VolumeClaim } from "@spot-messaging/pulumi";
import {
    type Deployment,
    deployedServiceNames,
    type GatewayIngress,
    gatewayName,
    type KubernetesDeployment,
    type ReplicaRange,
    statefulServices,
} from "../environment/deployment.ts";
import type { Database } from "../environment/state.ts";
import type { ConfigReader } from "./configReader.ts";
import { digestImage } from "./digestImage.ts";
import { isKnownName } from "./knownName.ts";
import { namespaceName, objectName } from "./kubernetesName.ts";
import { networkPeers } from "./networkPeers.ts";
import { pairs } from "./pairs.ts";

/** The deployment of the services. */
export function deploymentOf(
    reader: ConfigReader,
    cluster: Cluster,
    analyzers: readonly string[],
    database: Database,
): Deployment {
    if (cluster.kind === "docker") {
        const image = reader.optionalText("servicesImage");
        const tracesEndpoint = tracesEndpointOf(reader);
        return {
            kind: "docker",
            gatewayPort: reader.port("gatewayPort"),
            replicas: replicasOf(reader, analyzers, { autoscaling: false, database }),
            networks: reader.optionalList("serviceNetworks"),
            ...(image !== undefined && { image }),
            ...(tracesEndpoint !== undefined && { tracesEndpoint }),
        };
    }
    if (cluster.kind === "external") {
        reader.reject(
            "deployServices",
            "is true",
            'write false, because this program deploys no services for an external broker, or use cluster "docker"',
        );
        return { kind: "none" };
    }
    return kubernetesDeployment(reader, cluster, analyzers, database);
}

function kubernetesDeployment(
    reader: ConfigReader,
    { namespace, managementNamespaces, imagePullSecrets, nameServers, monitoring }: KubernetesCluster,
    analyzers: readonly string[],
    database: Database,
): KubernetesDeployment {
    const autoscaling = reader.flag("autoscaling");
    if (autoscaling && managementNamespaces.length === 0) {
        reader.reject(
            "managementNamespaces",
            'is empty, but "autoscaling" is true',
            "name the namespace of KEDA, which reads queue lengths from the management API",
        );
    }
    const ingress = ingressOf(reader);
    const oldData = oldDataOf(reader);
    return {
        kind: "kubernetes",
        namespace,
        image: digestImage(
            reader,
            "servicesImage",
            "push the image that is built from services/ and name it by digest",
            "registry.example.com/spot-services@sha256:...",
        ),
        imagePullSecrets,
        nameServers,
        replicas: replicasOf(reader, analyzers, { autoscaling, database }),
        notificationPeers: networkPeers(
            reader,
            "notificationPeers",
            httpsPort,
            '"10.40.0.25/32:587" or "webhooks:8080"',
        ),
        ...(oldData !== undefined && { oldData }),
        ...(monitoring !== undefined && { monitoring }),
        ...(ingress !== undefined && { ingress }),
    };
}

const httpsPort = 443;

/** The volume that all services of an earlier release shared; `undefined` in a stack that never had one. */
function oldDataOf(reader: ConfigReader): VolumeClaim | undefined {
    return reader.optionalText("dataStorageClass") === undefined
        ? undefined
        : {
              storageClass: objectName(reader, "dataStorageClass", "the class of the earlier volume"),
              size: reader.size("dataStorageSize"),
          };
}

interface Scalability {
    readonly autoscaling: boolean;
    readonly database: Database;
}

function replicasOf(
    reader: ConfigReader,
    analyzers: readonly string[],
    { autoscaling, database }: Scalability,
): Readonly<Record<string, ReplicaRange>> {
    const key = "serviceReplicas";
    const ranges = pairs(reader, key, "analyzer.links=2-10", parseRange);
    const known = deployedServiceNames(analyzers);
    const stateful: readonly string[] = statefulServices;
    for (const [name, { least, most }] of Object.entries(ranges)) {
        if (!isKnownName(reader, key, name, known, "service that can have several replicas")) {
            continue;
        }
        const isEmbedded = database.kind === "embedded" && reader.areValid("database");
        if (most > 1 && isEmbedded && stateful.includes(name)) {
            reader.reject(
                key,
                `gives "${name}" ${most} replicas, but "database" is embedded`,
                'set "database" to external, or write one replica: a SQLite file has one user',
            );
        }
        if (least !== most && !autoscaling) {
            reader.reject(
                key,
                `lets "${name}" scale from ${least} to ${most} replicas, but autoscaling is off`,
                'install KEDA and set "autoscaling" to true, or write one number',
            );
        } else if (least !== most && name === gatewayName) {
            reader.reject(
                key,
                `lets "${name}" scale from ${least} to ${most} replicas, but it has no work queue whose length KEDA could use`,
                "write one number",
            );
        }
    }
    return ranges;
}

function parseRange(text: string): ReplicaRange | undefined {
    const { first, last } = /^(?<first>\d{1,3})(-(?<last>\d{1,3}))?$/.exec(text)?.groups ?? {};
    const least = Number(first ?? 0);
    const most = Number(last ?? least);
    return least >= 1 && most >= least ? { least, most } : undefined;
}

function tracesEndpointOf(reader: ConfigReader): string | undefined {
    const key = "tracesEndpoint";
    const text = reader.optionalText(key);
    if (text !== undefined && !/^https?:$/.test(URL.parse(text)?.protocol ?? "")) {
        reader.reject(
            key,
            `has the value "${text}"`,
            'write an http or https URL, such as "http://traces:4318"',
        );
    }
    return text;
}

function ingressOf(reader: ConfigReader): GatewayIngress | undefined {
    const host = reader.optionalText("gatewayHost");
    return host === undefined
        ? undefined
        : {
              host: objectName(reader, "gatewayHost", "the gateway's host"),
              className: objectName(reader, "ingressClass", "the class of the ingress controller"),
              namespace: namespaceName(reader, "ingressNamespace"),
              tlsSecret: objectName(reader, "ingressTlsSecret", "the Secret with the host's certificate"),
          };
}
