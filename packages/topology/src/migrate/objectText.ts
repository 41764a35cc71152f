import type { BrokerObject } from "./brokerObjects.ts";

/** An object in a sentence: `vhost "shop": queue "orders"`. */
export function objectText(object: BrokerObject): string {
    const { kind, noun } = object;
    switch (kind) {
        case "vhost":
            return `vhost "${noun.name}"`;
        case "user":
            return `user "${noun.name}"`;
        case "permission":
            return `vhost "${noun.vhost}": permission of user "${noun.user}"`;
        case "topic permission":
            return `vhost "${noun.vhost}": topic permission of user "${noun.user}" on "${noun.exchange}"`;
        case "binding": {
            const { vhost, source, destination, destinationType, routingKey } = noun;
            return `vhost "${vhost}": binding of ${destinationType} "${destination}" to "${source}" with key "${routingKey}"`;
        }
        case "exchange":
        case "queue":
        case "policy":
        case "operator policy":
        case "parameter":
            return `vhost "${noun.vhost}": ${kind} "${noun.name}"`;
    }
}
