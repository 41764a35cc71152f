import type { JsonPath } from "../definitions/jsonDocument.ts";
import { type QueueType, queueTypes } from "../model/index.ts";
import { suggestName } from "../text/names.ts";
import { describeValue } from "./importFile.ts";
import type { ImportObject } from "./importObject.ts";
import { hasPlugin } from "./knownBroker.ts";

/** Queue types of plugins that RabbitMQ ships. */
const pluginTypes: Readonly<Record<string, string>> = { "mqtt-qos0": "rabbitmq_mqtt" };

/**
 * Refuses a queue type that the broker does not have; answers the type, if it is one of RabbitMQ's own for AMQP clients.
 * @param of a virtual host's default may also be the name of the module that implements the type
 */
export function checkQueueType(
    { refuse, file }: ImportObject,
    path: JsonPath,
    value: unknown,
    of: "queue" | "vhost",
): QueueType | undefined {
    const field = String(path.at(-1));
    const type = queueTypes.find(
        (each) => value === each || (of === "vhost" && value === `rabbit_${each}_queue`),
    );
    if (type !== undefined) {
        return type;
    }
    const plugin =
        typeof value === "string" && Object.hasOwn(pluginTypes, value) ? pluginTypes[value] : undefined;
    if (plugin !== undefined) {
        const presence = hasPlugin(file.broker, plugin);
        if (presence !== true) {
            refuse(
                path,
                `"${field}" is ${describeValue(value)}, which needs the plugin ${plugin}`,
                `enable the plugin: rabbitmq-plugins enable ${plugin}`,
                presence === undefined ? `the plugin ${plugin} is enabled` : undefined,
            );
        }
        return undefined;
    }
    refuse(
        path,
        `"${field}" is ${describeValue(value)}, which is not a queue type`,
        typeof value === "string"
            ? suggestName(value.trim().toLowerCase(), queueTypes, 'use "classic", "quorum" or "stream"')
            : 'use "classic", "quorum" or "stream"',
    );
    return undefined;
}
