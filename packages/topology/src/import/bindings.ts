import { isObject, type JsonObject } from "../definitions/objectReader.ts";
import { isReservedName } from "../text/nameProblem.ts";
import { checkArguments } from "./amqpTable.ts";
import type { DeclaredNames } from "./declaredNames.ts";
import { describeValue } from "./importFile.ts";
import { demandPresent, type ImportObject } from "./importObject.ts";
import { joinedText } from "./joinedText.ts";
import { checkVhostOf } from "./permissions.ts";

/**
 * What an import refuses of a binding.
 * @see https://github.com/rabbitmq/rabbitmq-server/blob/v4.3.5/deps/rabbit/src/rabbit_binding.erl add
 */
export function checkBinding(binding: ImportObject, names: DeclaredNames): void {
    const { object, refuse, demand, kindOf } = binding;
    checkVhostOf(binding, names);
    const { vhost, source, destination, destination_type: type } = object;
    if (type !== "queue" && type !== "exchange") {
        refuse(
            "destination_type",
            `"destination_type" is ${describeValue(type)}`,
            'give "queue" or "exchange"',
        );
    }
    const isSourceFine = demand("source", ["text"], "the name of an exchange");
    const isDestinationFine = demand("destination", ["text"], "the name of a queue or an exchange");
    const args = checkArguments(binding);
    if (kindOf("arguments") === "list" && (object["arguments"] as readonly unknown[]).length > 1) {
        refuse("arguments", '"arguments" is a list', "give a table, such as {}");
    }
    if (typeof vhost !== "string") {
        return;
    }
    if (isSourceFine) {
        const name = String(source);
        demandPresent(binding, "source", "exchange", names.exchanges.has(vhost, name), () =>
            names.exchanges.suggest(vhost, name),
        );
    }
    if (isDestinationFine && (type === "queue" || type === "exchange")) {
        checkDestination(binding, names, vhost, String(destination), type);
    }
    if (args !== undefined) {
        checkByType(binding, args, names, vhost);
    }
}

function checkDestination(
    binding: ImportObject,
    names: DeclaredNames,
    vhost: string,
    name: string,
    type: "exchange" | "queue",
): void {
    const ends = type === "queue" ? names.queues : names.exchanges;
    const presence = ends.has(vhost, name);
    if (presence === false && ends.find(vhost, name) !== undefined) {
        binding.refuse("destination", `queue "${name}" is not created by the import`, "correct the queue");
        return;
    }
    const fix = (): string =>
        type === "queue" && isReservedName(name)
            ? "remove the binding: the queue is one that a client asked for without a name, and an export has the bindings of such a queue, not the queue"
            : ends.suggest(vhost, name);
    demandPresent(binding, "destination", type, presence, fix);
}

/** What types of exchange want of a binding. */
function checkByType(binding: ImportObject, args: JsonObject, names: DeclaredNames, vhost: string): void {
    const { object, refuse, file } = binding;
    const { source, destination, destination_type: destinationType, routing_key: key } = object;
    const exchange = typeof source === "string" ? names.exchanges.find(vhost, source) : undefined;
    switch (joinedText(exchange?.["type"])) {
        case "headers":
            checkHeaders(binding, args);
            break;
        case "topic":
            checkTopicKey(binding);
            break;
        case "x-consistent-hash": {
            const weight = typeof key === "string" && /^[+-]?\d+$/.test(key) ? Number(key) : Number.NaN;
            const isFine = weight >= 1 && (weight <= heaviest || !file.has("consistentHashWeightLimit"));
            if (!isFine) {
                refuse(
                    "routing_key",
                    `"routing_key" is ${describeValue(key)}; a consistent-hash exchange reads it as a weight`,
                    file.has("consistentHashWeightLimit")
                        ? `give an integer from 1 to ${heaviest}, as a text`
                        : "give an integer of at least 1, as a text",
                );
            }
            break;
        }
        case "x-local-random": {
            if (key !== "") {
                refuse(
                    "routing_key",
                    `"routing_key" is ${describeValue(key)}`,
                    "leave the key empty: a local random exchange takes no other",
                );
            }
            const queue =
                destinationType === "queue" ? names.queues.find(vhost, String(destination)) : undefined;
            const type = isObject(queue?.["arguments"]) ? queue["arguments"]["x-queue-type"] : undefined;
            if (destinationType === "exchange" || (type !== undefined && type !== "classic")) {
                refuse(
                    "destination",
                    `${describeValue(destination)} is not a classic queue, which is all that a local random exchange can be bound to`,
                    "bind a classic queue",
                );
            }
            break;
        }
        case "x-jms-topic": {
            const selector = args[jmsSelector];
            refuse(
                ["arguments", jmsSelector],
                typeof selector === "string"
                    ? `"${jmsSelector}" is a selector, which is not checked here`
                    : `"${jmsSelector}" is ${describeValue(selector)}`,
                "let the JMS client declare the binding",
                typeof selector === "string" ? "the plugin can read the selector" : undefined,
            );
            break;
        }
        case undefined:
        default:
            break;
    }
    const kind = binding.kindOf("routing_key");
    // Mnesia stores what it is given; Khepri names its records by the key.
    if (
        file.has("onlyKhepri") &&
        kind !== "text" &&
        kind !== "absent" &&
        kind !== "null" &&
        kind !== "flag"
    ) {
        refuse("routing_key", `"routing_key" is ${describeValue(key)}`, "give a text");
    }
}

/** A JMS selector, compiled by the client. */
const jmsSelector = "rjms_erlang_selector";

/** From 4.3 on. */
const heaviest = 10_000;
const modes = ["all", "any", "all-with-x", "any-with-x"];

function checkHeaders({ refuse }: ImportObject, args: JsonObject): void {
    const mode = args["x-match"];
    if (mode !== undefined && !modes.some((each) => each === mode)) {
        refuse(["arguments", "x-match"], `"x-match" is ${describeValue(mode)}`, `give ${modes.join(", ")}`);
    }
}

/** From 4.3.5 on, since matching several takes long. */
const maxHashes = 2;

function checkTopicKey({ object, refuse, file, demand }: ImportObject): void {
    const key = object["routing_key"];
    if (!demand("routing_key", ["text"], "a text")) {
        return;
    }
    const hashes = String(key)
        .split(".")
        .filter((word) => word === "#").length;
    if (hashes > maxHashes && file.has("topicKeyHashLimit")) {
        refuse(
            "routing_key",
            `"routing_key" is ${describeValue(key)} with ${hashes} times "#"; RabbitMQ ${file.version} allows ${maxHashes}`,
            "use * for a single word, or several bindings",
        );
    }
}
