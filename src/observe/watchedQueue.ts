import { deadLetterHops } from "../broker/deadLetters.js";
import { effectiveSettings, type SettingsOf } from "../broker/effective.js";
import type { Bytes, Duration, Queue, QueueType, Service, Topology } from "../model/index.js";

/** A queue with everything that decides when somebody must look at it: what its declaration promises. */
export interface WatchedQueue {
    readonly vhost: string;
    readonly name: string;
    readonly type: QueueType;
    /** Who is called: the service that consumes it, or whose messages it keeps; `undefined` where no declaration tells. */
    readonly owner: string | undefined;
    /** The deployed services that consume it. Operators and monitoring are people, who come and go. */
    readonly consumers: readonly string[];
    /** The queues whose dead letters it keeps; none: it keeps no dead letters. */
    readonly deadLettersOf: readonly string[];
    /** The exchanges whose unroutable messages it keeps. */
    readonly unroutedOf: readonly string[];
    readonly maxMessages: number | undefined;
    readonly maxBytes: Bytes | undefined;
    /** Whether a full queue refuses its publishers; otherwise it drops its oldest messages or moves them to the dead letters. */
    readonly refuses: boolean;
    /** After how long an untouched message is given up. */
    readonly deadline: Duration | undefined;
    /** How long one of its messages may be worked on. */
    readonly jobLimit: Duration | undefined;
    /** How often a message is delivered again before it is dead-lettered. */
    readonly deliveryLimit: number | undefined;
}

/** Every queue of a topology, in its order. */
export function watchedQueues(topology: Topology): readonly WatchedQueue[] {
    const settingsOf = effectiveSettings(topology);
    const hopOf = deadLetterHops(topology);
    const targets = new Map(topology.queues.map((queue) => [queue, hopOf(queue)?.queues ?? []]));
    const sources = listed(
        [...targets].flatMap(([{ vhost, name }, queues]) =>
            queues.map((queue) => [identity(vhost, queue), name] as const),
        ),
    );
    const unrouted = unroutedExchanges(topology, settingsOf);
    const consumers = listed(
        topology.services
            .filter(({ workload }) => workload !== undefined)
            .flatMap((service) => service.consumes.map(({ queue }) => [queue, service] as const)),
    );
    return topology.queues.map((queue) => {
        const { settings } = settingsOf(queue);
        const number = (key: string): number | undefined => {
            const value = settings.value(key);
            return typeof value === "number" && value >= 0 ? value : undefined;
        };
        const key = identity(queue.vhost, queue.name);
        const isDeadLettered = settings.has("dead-letter-exchange");
        const deadLettersOf = isDeadLettered ? [] : (sources.get(key) ?? []);
        const next = targets.get(queue) ?? [];
        const delays = queue.purpose === "delay";
        const own = consumers.get(queue.name) ?? [];
        return {
            vhost: queue.vhost,
            name: queue.name,
            type: queue.type,
            owner: [queue.name, ...deadLettersOf, ...(delays ? next : [])].flatMap(
                (name) => consumers.get(name) ?? [],
            )[0]?.name,
            consumers: own.map(({ name }) => name),
            deadLettersOf,
            unroutedOf: unrouted.get(key) ?? [],
            maxMessages: number("max-length"),
            maxBytes: number("max-length-bytes") as Bytes | undefined, // the key says the unit
            refuses: settings.value("overflow") === "reject-publish",
            deadline: number("message-ttl") as Duration | undefined, // RabbitMQ counts it in milliseconds
            jobLimit: jobLimitOf(own, queue),
            deliveryLimit: number("delivery-limit"),
        };
    });
}

function jobLimitOf(consumers: readonly Service[], { name }: Queue): Duration | undefined {
    return consumers.flatMap(({ consumes }) => consumes).find(({ queue }) => queue === name)?.jobLimit;
}

/** By queue, the exchanges that hand it what no binding of theirs matches. */
function unroutedExchanges(
    topology: Topology,
    settingsOf: SettingsOf,
): ReadonlyMap<string, readonly string[]> {
    const users = listed(
        topology.exchanges.flatMap((object) => {
            const alternate = settingsOf(object).settings.get("alternate-exchange");
            return typeof alternate?.value === "string"
                ? [[identity(object.vhost, alternate.value), object.name] as const]
                : [];
        }),
    );
    return listed(
        topology.bindings
            .filter(({ destinationType }) => destinationType === "queue")
            .flatMap(({ vhost, source, destination }) =>
                (users.get(identity(vhost, source)) ?? []).map(
                    (exchange) => [identity(vhost, destination), exchange] as const,
                ),
            ),
    );
}

function identity(vhost: string, name: string): string {
    return JSON.stringify([vhost, name]);
}

/** The values of each key, in their order. */
function listed<T>(pairs: readonly (readonly [string, T])[]): ReadonlyMap<string, readonly T[]> {
    const lists = new Map<string, T[]>();
    for (const [key, value] of pairs) {
        const list = lists.get(key);
        if (list === undefined) {
            lists.set(key, [value]);
        } else {
            list.push(value);
        }
    }
    return lists;
}
