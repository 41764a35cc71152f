import type { QueueType, Topology } from "@spot-messaging/topology";
import { queueMetrics } from "@spot-messaging/topology/alerts";
import { nodeMetrics } from "../../packages/topology/src/alerts/metrics.ts";
import { watchedQueues } from "../../packages/topology/src/alerts/queues/watchedQueue.ts";

/** The input of promtool: series by selector, with their values in its notation; one value every 15 seconds. */
export type Series = ReadonlyMap<string, string>;

export const interval = "15s";
/** Three quarters of an hour: what the slowest alert needs. */
const samples = 180;
export const end = "45m";

/** The same value all the time. */
export function constant(value: number): string {
    return `${value}+0x${samples}`;
}

/** From a value on, so much more each 15 seconds. */
export function rising(from: number, step: number): string {
    return `${from}${step < 0 ? "-" : "+"}${Math.abs(step)}x${samples}`;
}

/** Not there at all. */
export const absent = `_x${samples}`;

/** One value, then for some samples another, then the first again. */
export function interrupted(value: number, after: number, other: string, length: number): string {
    return `${value}+0x${after} ${other}x${length} ${value}+0x${samples - after - length}`;
}

export const instances = ["rabbitmq-0:15692", "rabbitmq-1:15692", "rabbitmq-2:15692"] as const;

export function nodeSeries(
    metric: keyof typeof nodeMetrics,
    instance: string,
    more: Readonly<Record<string, string>> = {},
): string {
    return written(nodeMetrics[metric], { instance, ...more });
}

export function queueSeries(metric: keyof typeof queueMetrics, queue: string): string {
    return written(queueMetrics[metric], { instance: instances[0], vhost: "spot", queue });
}

export function written(metric: string, labels: Readonly<Record<string, string>>): string {
    return `${metric}{${Object.entries(labels)
        .map(([label, value]) => `${label}="${value}"`)
        .join(",")}}`;
}

/** A broker of three nodes on which everything goes as it should: some traffic, empty queues, consumers where they are declared. */
export function healthy(topology: Topology): Series {
    const series = new Map<string, string>();
    const nodeValues = {
        build: constant(1),
        unreachablePeers: constant(0),
        memoryAlarm: constant(0),
        diskAlarm: constant(0),
        memory: constant(150_000_000),
        memoryLimit: constant(1_000_000_000),
        diskFree: constant(70_000_000_000),
        diskFreeLimit: constant(1_000_000_000),
        openFiles: constant(60),
        fileLimit: constant(20_000),
        connections: constant(3),
        channels: constant(6),
        connectionsOpened: constant(10),
        channelsOpened: constant(30),
    } as const;
    for (const instance of instances) {
        for (const [metric, values] of Object.entries(nodeValues)) {
            // Object.entries widens the keys
            series.set(nodeSeries(metric as keyof typeof nodeValues, instance), values);
        }
        series.set(nodeSeries("failedLogins", instance, { protocol: "amqp091" }), constant(0));
        series.set(nodeSeries("receivedToConfirm", instance, { protocol: "amqp091" }), rising(0, 5));
        series.set(nodeSeries("confirmed", instance, { protocol: "amqp091" }), rising(0, 5));
        const safe = { queue_type: "rabbit_quorum_queue", dead_letter_strategy: "at_least_once" };
        series.set(nodeSeries("deadLetteredRejected", instance, safe), rising(0, 1));
        series.set(nodeSeries("deadLetteredExpired", instance, safe), constant(0));
        series.set(nodeSeries("deadLetteredDelivered", instance, safe), constant(0));
        series.set(nodeSeries("deadLettersConfirmed", instance, safe), rising(0, 1));
    }
    for (const { name, type, consumers } of watchedQueues(topology)) {
        series.set(queueSeries("ready", name), constant(0));
        series.set(queueSeries("unacknowledged", name), constant(0));
        series.set(queueSeries("consumers", name), constant(consumers.length));
        if (type !== "stream") {
            series.set(queueSeries("readyBytes", name), constant(0));
        }
        if (consumers.length > 0) {
            for (const metric of ["deliveredToConsumers", "acknowledged"] as const) {
                series.set(queueSeries(metric, name), rising(0, 1));
            }
            for (const metric of [
                "deliveredUnacknowledged",
                "got",
                "gotUnacknowledged",
                "redelivered",
            ] as const) {
                series.set(queueSeries(metric, name), constant(0));
            }
        }
        // A classic queue is on one node alone.
        for (const instance of type === "classic" ? instances.slice(0, 1) : instances) {
            series.set(memberSeries(name, type, instance), constant(1));
        }
    }
    for (const exchange of topology.exchanges) {
        for (const kind of ["returned", "dropped"]) {
            series.set(exchangeSeries(kind, exchange.name), constant(0));
        }
    }
    return series;
}

export function memberSeries(queue: string, type: QueueType, instance: string): string {
    return written("rabbitmq_detailed_queue_info", {
        instance,
        vhost: "spot",
        queue,
        queue_type: `rabbit_${type}_queue`,
        membership: instance === instances[0] ? "leader" : "follower",
    });
}

export function exchangeSeries(kind: string, exchange: string): string {
    return written(`rabbitmq_detailed_exchange_messages_unroutable_${kind}_total`, {
        instance: instances[0],
        vhost: "spot",
        exchange,
    });
}
