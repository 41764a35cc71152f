import { type Cluster, type KubernetesCluster } from "@spot-messaging/pulumi";
import {
    type Deployment,
    type GatewayIngress,
    type KubernetesDeployment,
    type ReplicaRange,
    scalableServices,
} from "../environment/deployment.ts";
import type { ConfigReader } from "./configReader.ts";
import { digestImage } from "./digestImage.ts";
import { isKnownName } from "./knownName.ts";
import { namespaceName, objectName } from "./kubernetesName.ts";
import { pairs } from "./pairs.ts";

export function deploymentOf(
    reader: ConfigReader,
    cluster: Cluster,
    analyzers: readonly string[],
): Deployment {
    const wanted = reader.flag("deployServices");
    if (!wanted) {
        return { kind: "none" };
    }
    if (cluster.kind === "docker") {
        const image = reader.optionalText("servicesImage");
        return {
            kind: "docker",
            gatewayPort: reader.port("gatewayPort"),
            ...(image !== undefined && { image }),
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
    return kubernetesDeployment(reader, cluster, analyzers);
}

function kubernetesDeployment(
    reader: ConfigReader,
    { namespace, managementNamespaces, imagePullSecrets, nameServers }: KubernetesCluster,
    analyzers: readonly string[],
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
        replicas: replicasOf(reader, analyzers, autoscaling),
        data: {
            storageClass: objectName(
                reader,
                "dataStorageClass",
                "a class with ReadWriteMany volumes, because all services share one volume",
            ),
            size: reader.size("dataStorageSize"),
        },
        ...(ingress !== undefined && { ingress }),
    };
}

function replicasOf(
    reader: ConfigReader,
    analyzers: readonly string[],
    autoscaling: boolean,
): Readonly<Record<string, ReplicaRange>> {
    const key = "serviceReplicas";
    const ranges = pairs(reader, key, "analyzer.links=2-10", parseRange);
    const known = scalableServices(analyzers);
    for (const [name, { least, most }] of Object.entries(ranges)) {
        if (!isKnownName(reader, key, name, known, "service that can have several replicas")) {
            continue;
        }
        if (least !== most && !autoscaling) {
            reader.reject(
                key,
                `lets "${name}" scale from ${least} to ${most} replicas, but autoscaling is off`,
                'install KEDA and set "autoscaling" to true, or write one number',
            );
        } else if (least !== most && !name.startsWith("analyzer.")) {
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
