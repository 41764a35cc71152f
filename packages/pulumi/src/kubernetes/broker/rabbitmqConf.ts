import type { KubernetesCluster } from "../../cluster/cluster.ts";
import { managementConf, nodeConf } from "../../docker/nodeConf.ts";

/**
 * The configuration lines in addition to the operator's, which sets the cluster size hint, the TLS listeners, the memory limit and, for
 * versions that have it, the partition handling. Use only keys that every supported version accepts.
 * @see https://www.rabbitmq.com/docs/configure
 */
export function rabbitmqConf({ nodes, memoryWatermarkPercent, diskFreeLimit }: KubernetesCluster): string {
    return `${[
        ...nodeConf,
        // The root file system is read-only; Kubernetes collects what a node prints.
        "log.console = true",
        "log.file = false",
        // Distributes queue leaders over all nodes.
        "queue_leader_locator = balanced",
        // Adds missing replicas to queues that were declared while a node was down.
        "quorum_queue.continuous_membership_reconciliation.enabled = true",
        `quorum_queue.continuous_membership_reconciliation.target_group_size = ${nodes}`,
        `vm_memory_high_watermark.relative = ${(memoryWatermarkPercent / 100).toFixed(2)}`,
        `disk_free_limit.absolute = ${diskFreeLimit}`,
        "ssl_options.versions.1 = tlsv1.3",
        "ssl_options.versions.2 = tlsv1.2",
        ...managementConf("ssl"),
        "management.ssl.versions.1 = tlsv1.3",
        "management.ssl.versions.2 = tlsv1.2",
    ].join("\n")}\n`;
}
