/**
 * The policy keys of mirrored classic queues. Brokers before 4.0 accept and export policies with them. Supported versions have no mirrored
 * queues and refuse such a policy as unknown. An upgraded broker keeps the policies that it has, without effect.
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
