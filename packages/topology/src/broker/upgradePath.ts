import type { BrokerVersion } from "../model/index.ts";

/**
 * The oldest version that we know whose clusters a version takes over in place; older ones are upgraded to that one first, or moved to a new
 * cluster.
 * @see https://www.rabbitmq.com/docs/upgrade#rabbitmq-version-upgradability
 */
export const upgradesFrom: Readonly<Record<BrokerVersion, BrokerVersion>> = {
    "4.0": "4.0",
    "4.1": "4.0",
    "4.2": "4.0",
    "4.3": "4.2",
};
