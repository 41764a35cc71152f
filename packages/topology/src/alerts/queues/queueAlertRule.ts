import { shellWord } from "../../text/names.ts";
import type { Alert, AlertScope } from "../alert.ts";
import type { QueueReading } from "./queueReading.ts";
import type { WatchedQueue } from "./watchedQueue.ts";

/**
 * A rule about a problem of queues: as a Prometheus alert, and as a check of one reading of the management API. Both use the thresholds of
 * `thresholds.ts`.
 */
export interface QueueAlertRule {
    /** The name of its alert. */
    readonly name: string;
    /** `undefined`: the rule does not apply to this queue. */
    readonly alert: (queue: WatchedQueue, scope: AlertScope) => Omit<Alert, "name" | "labels"> | undefined;
    /** Called only for queues with the alert. */
    readonly isBroken: (queue: WatchedQueue, reading: QueueReading) => boolean;
}

/** The name of a queue in descriptions. */
export function describeQueue({ vhost, name }: WatchedQueue): string {
    return `queue "${name}" in vhost "${vhost}"`;
}

/** The rabbitmqctl command that shows a queue's numbers. */
export function listQueuesCommand({ vhost, name }: WatchedQueue, columns: string): string {
    return `rabbitmqctl -q list_queues -p ${shellWord(vhost)} name ${columns} | grep -F ${shellWord(name)}`;
}

/** The rabbitmqctl command that shows a queue's consumers. */
export function listConsumersCommand({ vhost, name }: WatchedQueue): string {
    return `rabbitmqctl -q list_consumers -p ${shellWord(vhost)} | grep -F ${shellWord(name)}`;
}
