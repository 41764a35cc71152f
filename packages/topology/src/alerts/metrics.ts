import type { Duration } from "../model/index.ts";

/** Equality matchers: label and value. */
export type Matchers = Readonly<Record<string, string>>;

/**
 * The families of `/metrics/detailed` with the metrics of single queues and exchanges. `/metrics` has only totals per node.
 * @see https://www.rabbitmq.com/docs/prometheus#detailed-endpoint
 */
export const detailedFamilies = [
    "queue_coarse_metrics",
    "queue_consumer_count",
    "queue_metrics",
    "queue_delivery_metrics",
    "queue_exchange_metrics",
    "exchange_metrics",
    "ra_metrics",
] as const;

/** The metrics of each queue. Only the node of a queue's leader reports them; the nodes of the channels report deliveries. */
export const queueMetrics = {
    ready: "rabbitmq_detailed_queue_messages_ready",
    unacknowledged: "rabbitmq_detailed_queue_messages_unacked",
    readyBytes: "rabbitmq_detailed_queue_messages_ready_bytes",
    consumers: "rabbitmq_detailed_queue_consumers",
    published: "rabbitmq_detailed_queue_exchange_messages_published_total",
    acknowledged: "rabbitmq_detailed_queue_messages_acked_total",
    redelivered: "rabbitmq_detailed_queue_messages_redelivered_total",
    deliveredToConsumers: "rabbitmq_detailed_queue_messages_delivered_ack_total",
    deliveredUnacknowledged: "rabbitmq_detailed_queue_messages_delivered_total",
    got: "rabbitmq_detailed_queue_get_ack_total",
    gotUnacknowledged: "rabbitmq_detailed_queue_get_total",
} as const;

/** The metrics of each exchange. */
export const exchangeMetrics = {
    published: "rabbitmq_detailed_exchange_messages_published_total",
    returned: "rabbitmq_detailed_exchange_messages_unroutable_returned_total",
    dropped: "rabbitmq_detailed_exchange_messages_unroutable_dropped_total",
} as const;

/** The metrics that every node with a member of a queue reports; the names depend on the version. */
export const memberMetrics = {
    /** Since RabbitMQ 4.1, for all queue types, with the label `queue_type`. */
    info: "rabbitmq_detailed_queue_info",
    /** In RabbitMQ 4.0, for quorum queues; later versions have another name for it. */
    term: "rabbitmq_detailed_raft_term_total",
} as const;

/** The metrics of each node. */
export const nodeMetrics = {
    /** Always 1, so that its count is the number of nodes that respond. */
    build: "rabbitmq_build_info",
    unreachablePeers: "rabbitmq_unreachable_cluster_peers_count",
    memoryAlarm: "rabbitmq_alarms_memory_used_watermark",
    diskAlarm: "rabbitmq_alarms_free_disk_space_watermark",
    memory: "rabbitmq_process_resident_memory_bytes",
    memoryLimit: "rabbitmq_resident_memory_limit_bytes",
    diskFree: "rabbitmq_disk_space_available_bytes",
    diskFreeLimit: "rabbitmq_disk_space_available_limit_bytes",
    openFiles: "rabbitmq_process_open_fds",
    fileLimit: "rabbitmq_process_max_fds",
    connections: "rabbitmq_connections",
    channels: "rabbitmq_channels",
    connectionsOpened: "rabbitmq_connections_opened_total",
    channelsOpened: "rabbitmq_channels_opened_total",
    failedLogins: "rabbitmq_auth_attempts_failed_total",
    receivedToConfirm: "rabbitmq_global_messages_received_confirm_total",
    confirmed: "rabbitmq_global_messages_confirmed_total",
    received: "rabbitmq_global_messages_received_total",
    delivered: "rabbitmq_global_messages_delivered_total",
    acknowledged: "rabbitmq_global_messages_acknowledged_total",
    redelivered: "rabbitmq_global_messages_redelivered_total",
    deadLetteredRejected: "rabbitmq_global_messages_dead_lettered_rejected_total",
    deadLetteredExpired: "rabbitmq_global_messages_dead_lettered_expired_total",
    deadLetteredDelivered: "rabbitmq_global_messages_dead_lettered_delivery_limit_total",
    deadLettersConfirmed: "rabbitmq_global_messages_dead_lettered_confirmed_total",
} as const;

/** A metric with its matchers, in the given order: `name{vhost="spot",queue="a"}`. */
export function selector(metric: string, matchers: Matchers): string {
    const written = Object.entries(matchers).map(([label, value]) => `${label}=${promString(value)}`);
    return written.length === 0 ? metric : `${metric}{${written.join(",")}}`;
}

/** A PromQL string, with the escapes of Go. */
export function promString(text: string): string {
    return `"${text.replace(/[\\"]/g, "\\$&").replaceAll("\n", "\\n")}"`;
}

/** A duration in Prometheus' format, in the largest exact unit: `5m`, `90s`. */
export function prometheusDuration(span: Duration): string {
    const units = [
        ["d", 86_400_000],
        ["h", 3_600_000],
        ["m", 60_000],
        ["s", 1_000],
    ] as const;
    const [unit, ms] = units.find(([, each]) => span % each === 0) ?? (["ms", 1] as const);
    return `${span / ms}${unit}`;
}
