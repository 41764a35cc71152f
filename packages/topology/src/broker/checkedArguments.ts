import { isAtLeast, type KnownVersion } from "../model/index.ts";

const inAllVersions = [
    "expires",
    "message-ttl",
    "dead-letter-exchange",
    "dead-letter-routing-key",
    "dead-letter-strategy",
    "max-length",
    "max-length-bytes",
    "max-in-memory-length",
    "max-in-memory-bytes",
    "max-priority",
    "overflow",
    "queue-version",
    "single-active-consumer",
    "quorum-initial-group-size",
    "max-age",
    "stream-max-segment-size-bytes",
    "initial-cluster-size",
    "queue-leader-locator",
];
const until42: ReadonlySet<string> = new Set([...inAllVersions, "queue-mode"]);
const from43: ReadonlySet<string> = new Set([
    ...inAllVersions,
    "consumer-timeout",
    "consumer-disconnected-timeout",
    "stream-filter-size-bytes",
]);

/**
 * The settings whose values a version looks at when an argument gives them to a queue; it stores the others unseen.
 * @see https://github.com/rabbitmq/rabbitmq-server/blob/v4.3.5/deps/rabbit/src/rabbit_amqqueue.erl declare_args
 */
export function checkedArguments(version: KnownVersion): ReadonlySet<string> {
    return isAtLeast(version, "4.3") ? from43 : until42;
}

/** Sizes whose range the broker looks at when it creates the queue: a declaration is refused, and an import leaves the queue out. */
export const sizesCheckedLate: ReadonlySet<string> = new Set([
    "stream-max-segment-size-bytes",
    "stream-filter-size-bytes",
]);
