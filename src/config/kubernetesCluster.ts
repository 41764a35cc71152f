import { type CertificateAuthority, type KubernetesCluster, type Monitoring } from "@spot-messaging/pulumi";
import { type BrokerVersion, formatBytes } from "@spot-messaging/topology";
import { memoryWatermark, minMemoryWatermark } from "@spot-messaging/topology/broker";
import { administrator, partOf } from "../environment/platform.ts";
import { officialImage } from "./brokerImage.ts";
import type { ConfigReader } from "./configReader.ts";
import { digestImage } from "./digestImage.ts";
import {
    isLabelName,
    isLabelValue,
    isObjectName,
    namespaceName,
    namespaceNames,
    objectName,
    objectNames,
    ownNamespace,
} from "./kubernetesName.ts";
import { secureUrl } from "./managementUrl.ts";
import { nameServers } from "./nameServers.ts";
import { pairs } from "./pairs.ts";

export function kubernetesCluster(reader: ConfigReader, brokerVersion: BrokerVersion): KubernetesCluster {
    const operatorManifest = operatorManifestOf(reader);
    const url = reader.optionalText("managementUrl");
    const monitoring = monitoringOf(reader);
    return {
        kind: "kubernetes",
        administrator,
        partOf,
        namespace: ownNamespace(reader, "namespace"),
        nodes: nodesOf(reader),
        image: digestImage(
            reader,
            "brokerImage",
            `look up the digest of the official image, docker buildx imagetools inspect ${officialImage(brokerVersion)}, and name it`,
            `${officialImage(brokerVersion)}@sha256:...`,
        ),
        imagePullSecrets: objectNames(reader, "imagePullSecrets"),
        zones: zonesOf(reader),
        cpus: reader.integer("brokerCpus", 1, 256),
        memory: reader.size("brokerMemory"),
        memoryWatermarkPercent: reader.integer("memoryWatermark", 40, 70),
        storage: {
            storageClass: objectName(reader, "storageClass", "the storage class of the nodes' volumes"),
            size: reader.size("storageSize"),
        },
        diskFreeLimit: reader.size("diskFreeLimit"),
        authority: authorityOf(reader),
        managementNamespaces: namespaceNames(reader, "managementNamespaces"),
        nameServers: nameServers(reader, "nameServers"),
        ...(operatorManifest !== undefined && { operatorManifest }),
        ...(url !== undefined && { managementUrl: secureUrl(reader, "managementUrl", url) }),
        ...(monitoring !== undefined && { monitoring }),
    };
}

function nodesOf(reader: ConfigReader): KubernetesCluster["nodes"] {
    const nodes = reader.integer("nodes", 3, 5);
    if (nodes === 4) {
        reader.reject(
            "nodes",
            "has the value 4",
            "write 3 or 5: with 4 nodes, the cluster survives the loss of only one, as with 3",
        );
    }
    return nodes === 5 ? 5 : 3;
}

const zoneWayOut =
    "name at least three zones, as the nodes' label topology.kubernetes.io/zone has them: with fewer, the loss of one zone can cost the majority";

function zonesOf(reader: ConfigReader): readonly string[] {
    const zones = reader.list("zones", zoneWayOut);
    const distinct = new Set(zones).size;
    if (zones.length > 0 && distinct < 3) {
        reader.reject("zones", `has ${distinct === 1 ? "one zone" : "two zones"}`, zoneWayOut);
    } else if (distinct < zones.length) {
        reader.reject("zones", "names a zone more than once", "name each zone once");
    }
    return zones;
}

function authorityOf(reader: ConfigReader): CertificateAuthority {
    const text = reader.optionalText("tlsIssuer");
    const expected =
        'write "ClusterIssuer/NAME" or "Issuer/NAME" of cert-manager, or "own" for a certificate authority of the stack\'s own';
    const { kind, name } = /^(?<kind>ClusterIssuer|Issuer)\/(?<name>.+)$/.exec(text ?? "")?.groups ?? {};
    if ((kind === "Issuer" || kind === "ClusterIssuer") && name !== undefined && isObjectName(name)) {
        return { kind, name };
    }
    if (text !== "own") {
        reader.reject("tlsIssuer", text === undefined ? "is missing" : `has the value "${text}"`, expected);
    }
    return { kind: "own" };
}

function operatorManifestOf(reader: ConfigReader): string | undefined {
    const url = reader.optionalText("operatorManifest");
    // With a URL that follows new releases, the cluster would change without a change of the program.
    if (url !== undefined && !/^https:\/\/[^@]+\/v?\d+\.\d+\.\d+\/[^@]+\.ya?ml$/.test(url)) {
        reader.reject(
            "operatorManifest",
            `has the value "${url}"`,
            'write an https URL of one release, such as "https://github.com/rabbitmq/cluster-operator/releases/download/v2.22.3/cluster-operator.yml", or leave it empty if the operator is installed',
        );
    }
    return url;
}

function monitoringOf(reader: ConfigReader): Monitoring | undefined {
    const labels = pairs(reader, "monitoringLabels", "release=prometheus", (value) =>
        isLabelValue(value) ? value : undefined,
    );
    for (const name of Object.keys(labels).filter((each) => !isLabelName(each))) {
        reader.reject(
            "monitoringLabels",
            `has the label "${name}"`,
            'write a name such as "release" or "example.com/release"',
        );
    }
    return reader.optionalText("monitoringNamespace") === undefined
        ? undefined
        : { namespace: namespaceName(reader, "monitoringNamespace"), labels };
}

/** Checks combinations of values that are valid only by themselves. */
export function rejectUnfitLimits(reader: ConfigReader, cluster: KubernetesCluster): void {
    const { memory, memoryWatermarkPercent, diskFreeLimit, storage } = cluster;
    const mark = memoryWatermark(memory, memoryWatermarkPercent);
    const isMarkKnown = reader.areValid("brokerMemory", "memoryWatermark");
    if (isMarkKnown && mark < minMemoryWatermark) {
        reader.reject(
            "brokerMemory",
            `gives quorum queues ${Math.floor(mark / 1_048_576)} MiB below the watermark of ${memoryWatermarkPercent} %, but they need ${formatBytes(minMemoryWatermark)}`,
            'write more, such as "4 GiB"',
        );
    }
    if (isMarkKnown && reader.areValid("diskFreeLimit") && diskFreeLimit < mark) {
        reader.reject(
            "diskFreeLimit",
            `is below the memory watermark of ${Math.ceil(mark / 1_048_576)} MiB`,
            "make it at least as large: a node must be able to write its memory to disk",
        );
    }
    if (reader.areValid("storageSize", "diskFreeLimit") && storage.size < diskFreeLimit * 2) {
        reader.reject(
            "storageSize",
            'is less than twice "diskFreeLimit"',
            "make it larger, or publishers are blocked before the volume is half full",
        );
    }
}
