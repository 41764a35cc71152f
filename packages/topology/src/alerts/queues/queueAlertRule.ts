import { shellWord } from "../../text/names.ts";
import type { Alert, AlertScope } from "../alert.ts";
import type { QueueReading } from "./queueReading.ts";
import type { WatchedQueue } from "./watchedQueue.ts";

/**
 * What is wrong with a queue when something is: the alert for Prometheus, and the same judgement of one reading of the management API. Both
 * take their thresholds from `thresholds.ts`.
 */
export interface QueueAlertRule {
    /** The name of its alert. */
    readonly name: string;
    /** `undefined`: of this queue nothing of the kind is promised. */
    readonly alert: (queue: WatchedQueue, scope: AlertScope) => Omit<Alert, "name" | "labels"> | undefined;
    /** Asked only of queues that have the alert. */
    readonly isBroken: (queue: WatchedQueue, reading: QueueReading) => boolean;
}

/** How descriptions call a queue. */
export function describeQueue({ vhost, name }: WatchedQueue): string {
    return `queue "${name}" in vhost "${vhost}"`;
}

/** The command that shows a queue's numbers, wherever rabbitmqctl reaches the broker. */
export function listQueuesCommand({ vhost, name }: WatchedQueue, columns: string): string {
    return `rabbitmqctl -q list_queues -p ${shellWord(vhost)} name ${columns} | grep -F ${shellWord(name)}`;
}

/** The command that shows who consumes in a virtual host. */
export function listConsumersCommand({ vhost, name }: WatchedQueue): string {
    return `rabbitmqctl -q list_consumers -p ${shellWord(vhost)} | grep -F ${shellWord(name)}`;
}
