import { acceptedValuesOf } from "../broker/acceptedValues.ts";
import { capabilities, queueSettings } from "../broker/capabilities.ts";
import { absenceOf, type Capability, isIn } from "../broker/capability.ts";
import { checkedArguments, sizesCheckedLate } from "../broker/checkedArguments.ts";
import { isObject, type JsonObject } from "../definitions/objectReader.ts";
import { isAtLeast, type QueueType, queueTypes } from "../model/index.ts";
import { settingOfArgument } from "../settings/settingTable.ts";
import { isReservedName } from "../text/nameProblem.ts";
import { checkArguments } from "./amqpTable.ts";
import type { DeclaredNames } from "./declaredNames.ts";
import { acceptsValue, describeValue } from "./importFile.ts";
import type { ImportObject } from "./importObject.ts";
import { checkVhostOf } from "./permissions.ts";
import { checkQueueType } from "./queueType.ts";

/**
 * What an import refuses of a queue, and which queues it does not create: an import ignores what the broker finds
 * only after it has checked the arguments.
 * @see https://github.com/rabbitmq/rabbitmq-server/blob/v4.3.5/deps/rabbit/src/rabbit_amqqueue.erl check_declare_arguments
 */
export function checkQueue(queue: ImportObject, names: DeclaredNames): void {
    const { object, demand, leaveOut, refuse, kindOf } = queue;
    const { name } = object;
    if (typeof name === "string" && isReservedName(name)) {
        leaveOut(
            "name",
            'begins with "amq.", which the broker keeps for itself; an import passes over such a queue',
            "choose another name",
        );
        return;
    }
    demand("name", ["text"], "a text");
    checkVhostOf(queue, names);
    demand("durable", ["absent", "flag"], "true or false");
    demand("auto_delete", ["absent", "flag"], "true or false");
    if (kindOf("arguments") === "list" && (object["arguments"] as readonly unknown[]).length > 0) {
        refuse("arguments", '"arguments" is a list', "give a table, such as {}");
        return;
    }
    const args = checkArguments(queue);
    const type = args === undefined ? undefined : typeOf(queue, args, names);
    if (args !== undefined && type !== undefined) {
        checkQueueArguments(queue, args, type);
        checkProperties(queue, type);
    }
}

/** The type that the broker gives the queue; a default goes to durable queues only that do not delete themselves. */
function typeOf(queue: ImportObject, args: JsonObject, names: DeclaredNames): QueueType | undefined {
    const { object, file } = queue;
    const written = args["x-queue-type"];
    const isDefault =
        written === undefined ||
        written === "undefined" ||
        (written === "" && file.has("emptyDefaultQueueType"));
    if (!isDefault) {
        return checkQueueType(queue, ["arguments", "x-queue-type"], written, "queue");
    }
    const { vhost, durable = true, auto_delete: autoDelete = false } = object;
    const metadata = typeof vhost === "string" ? names.vhostNamed(vhost)?.["metadata"] : undefined;
    const wanted = isObject(metadata) ? metadata["default_queue_type"] : undefined;
    const byVhost = queueTypes.find((each) => wanted === each || wanted === `rabbit_${each}_queue`);
    const type = byVhost ?? file.broker.defaultQueueType ?? "classic";
    return durable === true && autoDelete === false ? type : "classic";
}

function checkQueueArguments(
    { refuse, leaveOut, file, path }: ImportObject,
    args: JsonObject,
    type: QueueType,
): void {
    const { version } = file;
    const checked = checkedArguments(version);
    for (const [written, value] of Object.entries(args)) {
        const key = settingOfArgument("queue", written);
        const capability: Capability | undefined = key === undefined ? undefined : queueSettings[key];
        if (key === undefined || capability === undefined) {
            continue;
        }
        const at = ["arguments", written];
        if (absenceOf(capability, "argument", type, version) === "refused") {
            refuse(
                at,
                `has "${written}", which a ${type} queue of RabbitMQ ${version} cannot have`,
                "remove the argument, or change the type of the queue",
            );
            continue;
        }
        if (!isIn(capability, version) && capability.absence !== "ignored") {
            continue; // stored unseen, as an argument that no version knows
        }
        const wanted = acceptedValuesOf(key, "argument", version);
        const kind = file.kindOf(value, [...path, ...at]);
        if (wanted === undefined || acceptsValue(wanted, value, kind)) {
            continue;
        }
        const isLate = sizesCheckedLate.has(key) && kind === "integer" && Number(value) >= 0;
        if (checked.has(key) && !isLate) {
            refuse(at, `"${written}" is ${describeValue(value)}`, `give ${wanted.description}`);
        } else if (sizesCheckedLate.has(key)) {
            leaveOut(
                "arguments",
                `"${written}" is ${describeValue(value)}; an import reports success and does not create the queue`,
                `give ${wanted.description}`,
            );
        }
    }
    if (
        args["x-dead-letter-routing-key"] !== undefined &&
        args["x-dead-letter-exchange"] === undefined &&
        type !== "stream"
    ) {
        refuse(
            ["arguments", "x-dead-letter-routing-key"],
            'has "x-dead-letter-routing-key" without "x-dead-letter-exchange"; an exchange in a policy does not count',
            "add the argument x-dead-letter-exchange, or set both by policy",
        );
    }
}

function checkProperties({ object, leaveOut, refuse, file }: ImportObject, type: QueueType): void {
    const { durable = true, auto_delete: autoDelete = false } = object;
    if (type === "stream" && !isIn(capabilities.streams, file.version)) {
        refuse(
            ["arguments", "x-queue-type"],
            `is a stream, which RabbitMQ ${file.version} does not have`,
            "use a quorum queue, or RabbitMQ 3.9 or later",
        );
    } else if (type !== "classic" && durable === false) {
        leaveOut(
            "durable",
            `is a ${type} queue that is not durable; an import reports success and does not create it`,
            'set "durable" to true',
        );
    } else if (type !== "classic" && autoDelete === true) {
        leaveOut(
            "auto_delete",
            `is a ${type} queue that deletes itself; an import reports success and does not create it`,
            'set "auto_delete" to false',
        );
    } else if (durable === false && isAtLeast(file.version, "4.3") && !file.has("transientQueuesPermitted")) {
        leaveOut(
            "durable",
            `is not durable; RabbitMQ ${file.version} denies that by default, so an import reports success and does not create the queue`,
            'set "durable" to true',
        );
    }
}
