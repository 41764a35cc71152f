/** The supported minor versions of RabbitMQ, oldest first. 4.3 means 4.3.1 or later. */
export const brokerVersions = ["4.0", "4.1", "4.2", "4.3"] as const;

/** A supported minor version of RabbitMQ. */
export type BrokerVersion = (typeof brokerVersions)[number];

/** Whether `version` is at least `since`. */
export function isAtLeast(version: BrokerVersion, since: BrokerVersion): boolean {
    return brokerVersions.indexOf(version) >= brokerVersions.indexOf(since);
}
