import type { ArgumentValue } from "@spot-messaging/topology";

const milliseconds = [1_000, 60_000, 600_000];
const counts = [10, 100, 1_000];

/** Values that a broker accepts, for every setting in the capability table that needs no plugin. */
export const settingValues: Readonly<Record<string, readonly [ArgumentValue, ...ArgumentValue[]]>> = {
    "message-ttl": [1_000, ...milliseconds],
    expires: [60_000, 600_000, 6_000_000],
    "max-length": [10, ...counts],
    "max-length-bytes": [10, ...counts],
    "max-in-memory-length": [10, ...counts],
    "max-in-memory-bytes": [10, ...counts],
    overflow: ["drop-head", "reject-publish", "reject-publish-dlx"],
    "dead-letter-exchange": ["dlx", ""],
    "dead-letter-routing-key": ["k", ""],
    "dead-letter-strategy": ["at-most-once", "at-least-once"],
    "delivery-limit": [5, -1, 0, 50],
    "delayed-retry-type": ["disabled"],
    "delayed-retry-min": [1_000, 2_000],
    "delayed-retry-max": [5_000, 6_000],
    "consumer-timeout": [1_000, ...milliseconds],
    "consumer-disconnected-timeout": [1_000, ...milliseconds],
    "queue-leader-locator": ["client-local", "balanced"],
    "target-group-size": [1, 3],
    "max-age": ["1D", "2h"],
    "stream-max-segment-size-bytes": [1_000_000],
    "stream-filter-size-bytes": [16, 255],
    "initial-cluster-size": [1],
    "queue-version": [2],
    "queue-mode": ["lazy"],
    "max-priority": [5],
    "single-active-consumer": [true],
    "quorum-initial-group-size": [1],
    "alternate-exchange": ["ae", "e"],
};
