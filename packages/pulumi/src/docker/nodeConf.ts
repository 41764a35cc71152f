/** 16 MiB. Put larger data into a store and its address into the message. */
const maxMessageBytes = 16_777_216;

/**
 * The configuration lines of every node, in Docker and on Kubernetes.
 * @see https://www.rabbitmq.com/docs/configure
 */
export const nodeConf: readonly string[] = [
    "anonymous_login_user = none",
    // Without it, a queue without a declared type would not be replicated.
    "default_queue_type = quorum",
    `max_message_size = ${maxMessageBytes}`,
];

/** Longer than the clients of the management API keep an idle connection (Go: 90 s). */
const idleMilliseconds = 120_000;

/**
 * Keeps idle connections of the management API open. By default (`request_timeout`), RabbitMQ closes one after 5 s, and a request that Pulumi's provider
 * sends at that moment fails with "EOF".
 */
export function managementConf(listener: "tcp" | "ssl"): readonly string[] {
    return ["request_timeout", "idle_timeout"].map(
        (setting) => `management.${listener}.${setting} = ${idleMilliseconds}`,
    );
}
