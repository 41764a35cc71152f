/** 16 MiB. Whatever is larger belongs into a store, and its address into the message. */
const largestMessageBytes = 16_777_216;

/**
 * What the configuration of every node says, wherever it runs.
 * @see https://www.rabbitmq.com/docs/configure
 */
export const nodeConf: readonly string[] = [
    "anonymous_login_user = none",
    // An undeclared type would otherwise make an unreplicated queue.
    "default_queue_type = quorum",
    `max_message_size = ${largestMessageBytes}`,
];
