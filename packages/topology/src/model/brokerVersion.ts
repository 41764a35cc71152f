/** The supported minor versions of RabbitMQ, oldest first. 4.3 means 4.3.1 or later. */
export const brokerVersions = ["4.0", "4.1", "4.2", "4.3"] as const;

/** A supported minor version of RabbitMQ. */
export type BrokerVersion = (typeof brokerVersions)[number];

/**
 * Every minor version whose definitions are checked as what they are, oldest first. No program can declare a topology for a version below 4.0,
 * and no broker of such a version was tried: the checks follow its source code and release notes.
 */
export const knownVersions = ["3.8", "3.9", "3.10", "3.11", "3.12", "3.13", ...brokerVersions] as const;

/** A minor version of RabbitMQ whose definitions are checked as what they are. */
export type KnownVersion = (typeof knownVersions)[number];

/** Whether `version` is at least `since`. */
export function isAtLeast(version: KnownVersion, since: KnownVersion): boolean {
    return knownVersions.indexOf(version) >= knownVersions.indexOf(since);
}

/** Whether a topology can be declared for a version. */
export function isSupported(version: KnownVersion): version is BrokerVersion {
    return brokerVersions.some((each) => each === version);
}
