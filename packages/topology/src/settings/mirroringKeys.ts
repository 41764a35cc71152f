/**
 * The keys of mirrored classic queues. Brokers before 4.0 take policies and operator policies with them and export them; every version that
 * we know has no such queues and refuses such a policy as one that it does not recognise. A broker that was upgraded keeps what it holds,
 * without effect.
 * @see https://github.com/rabbitmq/rabbitmq-server/blob/v4.0.5/release-notes/4.0.1.md "Classic Queues is Now a Non-Replicated Queue Type"
 * @see https://github.com/rabbitmq/rabbitmq-server/blob/v3.13.7/deps/rabbit/src/rabbit_mirror_queue_misc.erl
 */
export const mirroringKeys: ReadonlySet<string> = new Set([
    "ha-mode",
    "ha-params",
    "ha-sync-mode",
    "ha-sync-batch-size",
    "ha-promote-on-shutdown",
    "ha-promote-on-failure",
]);
