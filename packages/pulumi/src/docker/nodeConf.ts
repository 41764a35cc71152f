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
