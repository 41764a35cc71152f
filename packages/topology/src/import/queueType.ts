import type { JsonPath } from "../definitions/jsonDocument.ts";
import { type QueueType, queueTypes } from "../model/index.ts";
import { suggestName } from "../text/names.ts";
import { describeValue } from "./importFile.ts";
import { demandPlugin, type ImportObject } from "./importObject.ts";

/** Queue types of plugins that RabbitMQ ships. */
const pluginTypes: Readonly<Record<string, string>> = { "mqtt-qos0": "rabbitmq_mqtt" };

/**
 * Refuses a queue type that the broker does not have; answers the type, if it is one of RabbitMQ's own for AMQP clients.
 * @param of a virtual host's default may also be the name of the module that implements the type
 */
export function checkQueueType(
    each: ImportObject,
    path: JsonPath,
    value: unknown,
    of: "queue" | "vhost",
): QueueType | undefined {
    const field = String(path.at(-1));
    const type = queueTypes.find(
        (known) => value === known || (of === "vhost" && value === `rabbit_${known}_queue`),
    );
    if (type !== undefined) {
        return type;
    }
    const plugin =
        typeof value === "string" && Object.hasOwn(pluginTypes, value) ? pluginTypes[value] : undefined;
    if (plugin !== undefined) {
        demandPlugin(each, path, `"${field}" is ${describeValue(value)}`, plugin);
        return undefined;
    }
    each.refuse(
        path,
        `"${field}" is ${describeValue(value)}, which is not a queue type`,
        typeof value === "string"
            ? suggestName(value.trim().toLowerCase(), queueTypes, 'use "classic", "quorum" or "stream"')
            : 'use "classic", "quorum" or "stream"',
    );
    return undefined;
}
