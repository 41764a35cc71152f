import { GroupsByName } from "../../lookup/named.ts";
import type { Bytes, Duration, Queue, QueueType, Service, Topology } from "../../model/index.ts";
import { deadLetterHops } from "../../routing/deadLetters.ts";
import { effectiveSettings, type SettingsOf } from "../../settings/effective.ts";

/** A queue with the declarations that its alerts depend on. */
export interface WatchedQueue {
    readonly vhost: string;
    readonly name: string;
    readonly type: QueueType;
    /** The service that consumes it, or whose dead letters it keeps; `undefined` if none is declared. */
    readonly owner: string | undefined;
    /** The deployed services that consume it, without people's tools such as those of operators. */
    readonly consumers: readonly string[];
    /** The queues whose dead letters it keeps. Empty for a queue without dead letters. */
    readonly deadLettersOf: readonly string[];
    /** The exchanges whose unroutable messages it keeps. */
    readonly unroutedOf: readonly string[];
    readonly maxMessages: number | undefined;
    readonly maxBytes: Bytes | undefined;
    /** Whether a full queue rejects new messages; otherwise it drops or dead-letters its oldest messages. */
    readonly refuses: boolean;
    /** The TTL of its messages. */
    readonly deadline: Duration | undefined;
    /** How long a consumer may process one message. */
    readonly jobLimit: Duration | undefined;
    /** How often a message is redelivered before it is dead-lettered. */
    readonly deliveryLimit: number | undefined;
}

/** Every queue of a topology, in its order. */
export function watchedQueues(topology: Topology): readonly WatchedQueue[] {
    const settingsOf = effectiveSettings(topology);
    const hopOf = deadLetterHops(topology);
    const targets = new Map(topology.queues.map((queue) => [queue, hopOf(queue)?.queues ?? []]));
    const sources = new GroupsByName<string>();
    for (const [{ vhost, name }, queues] of targets) {
        for (const queue of queues) {
            sources.add(vhost, queue, name);
        }
    }
    const unrouted = unroutedExchanges(topology, settingsOf);
    const consumers = new GroupsByName<Service>();
    for (const service of topology.services.filter(({ workload }) => workload !== undefined)) {
        for (const { queue } of service.consumes) {
            consumers.add(service.vhost, queue, service);
        }
    }
    return topology.queues.map((queue) => {
        const { settings } = settingsOf(queue);
        const number = (key: string): number | undefined => {
            const value = settings.value(key);
            return typeof value === "number" && value >= 0 ? value : undefined;
        };
        const isDeadLettered = settings.has("dead-letter-exchange");
        const deadLettersOf = isDeadLettered ? [] : sources.get(queue.vhost, queue.name);
        const next = targets.get(queue) ?? [];
        const delays = queue.purpose === "delay";
        const own = consumers.get(queue.vhost, queue.name);
        return {
            vhost: queue.vhost,
            name: queue.name,
            type: queue.type,
            owner: [queue.name, ...deadLettersOf, ...(delays ? next : [])].flatMap((name) =>
                consumers.get(queue.vhost, name),
            )[0]?.name,
            consumers: own.map(({ name }) => name),
            deadLettersOf,
            unroutedOf: unrouted.get(queue.vhost, queue.name),
            maxMessages: number("max-length"),
            maxBytes: number("max-length-bytes") as Bytes | undefined, // in bytes
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

/** The exchanges whose unroutable messages each queue gets, by queue. */
function unroutedExchanges(topology: Topology, settingsOf: SettingsOf): GroupsByName<string> {
    const users = new GroupsByName<string>();
    for (const exchange of topology.exchanges) {
        const alternate = settingsOf(exchange).settings.value("alternate-exchange");
        if (typeof alternate === "string") {
            users.add(exchange.vhost, alternate, exchange.name);
        }
    }
    const unrouted = new GroupsByName<string>();
    for (const { vhost, source, destination, destinationType } of topology.bindings) {
        if (destinationType === "queue") {
            for (const exchange of users.get(vhost, source)) {
                unrouted.add(vhost, destination, exchange);
            }
        }
    }
    return unrouted;
}
