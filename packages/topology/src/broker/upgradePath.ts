import type { BrokerVersion } from "../model/index.ts";

/**
 * The oldest supported version from which a version can be upgraded in place. Older clusters need an intermediate upgrade to that version, or a
 * new cluster.
 * @see https://www.rabbitmq.com/docs/upgrade#rabbitmq-version-upgradability
 */
export const upgradesFrom: Readonly<Record<BrokerVersion, BrokerVersion>> = {
    "4.0": "4.0",
    "4.1": "4.0",
    "4.2": "4.0",
    "4.3": "4.2",
};
