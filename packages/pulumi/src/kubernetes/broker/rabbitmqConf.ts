import type { KubernetesCluster } from "../../cluster/cluster.ts";
import { nodeConf } from "../../docker/nodeConf.ts";

/**
 * What the nodes' configuration adds to that of the operator, which sets the cluster's size hint, the TLS listeners, the memory that counts
 * and, for versions that know it, what a minority does in a partition. A key that a supported version denies or ignores has no place here.
 * @see https://www.rabbitmq.com/docs/configure
 */
export function rabbitmqConf({ nodes, memoryWatermarkPercent, diskFreeLimit }: KubernetesCluster): string {
    return `${[
        ...nodeConf,
        // Leaders on all nodes, not on the one that happens to declare.
        "queue_leader_locator = balanced",
        // Queues that were declared while a node was away get their missing members by themselves.
        "quorum_queue.continuous_membership_reconciliation.enabled = true",
        `quorum_queue.continuous_membership_reconciliation.target_group_size = ${nodes}`,
        `vm_memory_high_watermark.relative = ${(memoryWatermarkPercent / 100).toFixed(2)}`,
        `disk_free_limit.absolute = ${diskFreeLimit}`,
        "ssl_options.versions.1 = tlsv1.3",
        "ssl_options.versions.2 = tlsv1.2",
        "management.ssl.versions.1 = tlsv1.3",
        "management.ssl.versions.2 = tlsv1.2",
    ].join("\n")}\n`;
}
