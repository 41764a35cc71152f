import {
    type AccessPlan,
    plannedHeaders,
    plannedKeys,
    plannedNames,
    plannedUser,
} from "../../../../tests/support/accessPlan.ts";
import type { Arguments } from "../../src/model/index.ts";

/** A message on its way, with all its routing keys. */
interface Message {
    readonly keys: readonly string[];
    readonly headers: Arguments;
}

/**
 * The queues that messages of the planned user end in, found by sending messages through a second model of the broker, which shares no code with the
 * one that is tested. It tries single routing keys, pairs of them, and all that the user may use together.
 */
export function simulatedQueues(plan: AccessPlan): ReadonlySet<string> {
    const reached = new Set<string>();
    const [permission] = plan.permissions;
    if (permission === undefined) {
        return reached;
    }
    const matches = (pattern: string, text: string): boolean =>
        pattern === "" ? text === "" : new RegExp(pattern).test(text);
    const allKeys = [...new Set([...plannedKeys, ...plan.bindings.map(({ routingKey }) => routingKey)])];
    const names = plan.exchanges.map(({ name }) => name);
    const builtIn = ["amq.direct", "amq.fanout", "amq.headers", "amq.match", "amq.topic"];
    const exchangeOf = (name: string) => plan.exchanges.find((each) => each.name === name);
    const every = (keys: readonly string[]): readonly Message[] =>
        plannedHeaders.flatMap((headers) =>
            [...keys.map((key) => [key]), ...pairs(keys), ...(keys.length === 0 ? [] : [keys])].map(
                (some) => ({
                    keys: some,
                    headers,
                }),
            ),
        );
    const send = (exchange: string, messages: readonly Message[]): void => {
        for (const each of messages) {
            follow(plan, exchange, each, reached);
        }
    };
    const writes = [...names, ...builtIn].filter((name) => matches(permission.write, name));
    const reads = [...names, ...builtIn].filter((name) => matches(permission.read, name));
    for (const name of writes) {
        const topic = plan.topicPermissions.find((each) => each.exchange === name);
        const pattern = topic?.write.replace("{username}", plannedUser);
        const isLimited = exchangeOf(name)?.type === "topic" && pattern !== undefined;
        const keys = allKeys.filter((key) => !isLimited || matches(pattern, key));
        if (exchangeOf(name)?.internal !== true) {
            send(name, every(keys));
        }
        const isOwner = plannedNames.some(
            (own) =>
                own !== name &&
                [permission.configure, permission.write, permission.read].every((each) => matches(each, own)),
        );
        if (isOwner || reads.some((source) => source !== name)) {
            send(name, every(allKeys));
        }
    }
    if (matches(permission.write, "amq.default")) {
        send("", every(allKeys));
    }
    for (const { name, ...queue } of plan.queues) {
        if (reads.length > 0 && matches(permission.write, name)) {
            arrive(plan, name, { keys: allKeys, headers: {} }, reached);
        }
        if (matches(permission.read, name)) {
            for (const each of every(allKeys)) {
                expire(plan, { name, ...queue }, each, reached);
            }
        }
    }
    return reached;
}

function pairs(keys: readonly string[]): readonly (readonly string[])[] {
    return keys.flatMap((one, index) => keys.slice(index + 1).map((other) => [one, other]));
}

function arrive(
    plan: AccessPlan,
    name: string,
    message: Message,
    reached: Set<string>,
    seen = new Set<string>(),
): void {
    reached.add(name);
    const queue = plan.queues.find((each) => each.name === name);
    const id = JSON.stringify([name, message.keys]);
    if (queue !== undefined && !seen.has(id)) {
        seen.add(id);
        expire(plan, queue, message, reached, seen);
    }
}

function expire(
    plan: AccessPlan,
    queue: AccessPlan["queues"][number],
    message: Message,
    reached: Set<string>,
    seen = new Set<string>(),
): void {
    const exchange = queue.arguments["x-dead-letter-exchange"];
    const key = queue.arguments["x-dead-letter-routing-key"];
    if (typeof exchange === "string") {
        follow(
            plan,
            exchange,
            typeof key === "string" ? { ...message, keys: [key] } : message,
            reached,
            seen,
        );
    }
}

function follow(
    plan: AccessPlan,
    start: string,
    message: Message,
    reached: Set<string>,
    seen = new Set<string>(),
): void {
    if (start === "") {
        for (const { name } of plan.queues) {
            if (message.keys.includes(name)) {
                arrive(plan, name, message, reached, seen);
            }
        }
        return;
    }
    const pending = [start];
    for (const [index, name] of pending.entries()) {
        if (pending.indexOf(name) < index) {
            continue;
        }
        const exchange = plan.exchanges.find((each) => each.name === name);
        const type = exchange?.type ?? name.replace("amq.", "");
        const taken = plan.bindings.filter(
            (each) => each.source === name && accepts(type, each.routingKey, each.arguments, message),
        );
        for (const { destinationType, destination } of taken) {
            if (destinationType === "queue") {
                arrive(plan, destination, message, reached, seen);
            } else {
                pending.push(destination);
            }
        }
        const alternate = exchange?.arguments["alternate-exchange"];
        if (taken.length === 0 && typeof alternate === "string") {
            pending.push(alternate);
        }
    }
}

function accepts(type: string, key: string, args: Arguments, { keys, headers }: Message): boolean {
    switch (type) {
        case "fanout":
            return true;
        case "direct":
            return keys.includes(key);
        case "topic":
            return keys.some((each) => hasWords(key.split("."), each === "" ? [] : each.split(".")));
        default: {
            const { "x-match": match, ...wanted } = args;
            const equal = Object.entries(wanted).map(([name, value]) => headers[name] === value);
            return match === "any" ? equal.includes(true) : !equal.includes(false);
        }
    }
}

function hasWords([word, ...rest]: readonly string[], words: readonly string[]): boolean {
    if (word === undefined) {
        return words.length === 0;
    }
    if (word === "#") {
        return words.length === 0
            ? hasWords(rest, [])
            : hasWords(rest, words) || hasWords([word, ...rest], words.slice(1));
    }
    return words.length > 0 && (word === "*" || word === words[0]) && hasWords(rest, words.slice(1));
}
