import type { QueueHistory, QueueMoment } from "@spot-messaging/topology/broker";
import { named } from "@spot-messaging/topology/text";
import type { CountedQueue, ManagementApi, RememberedQueue } from "./managementApi.ts";
import { everyQueue } from "./queuePages.ts";

/**
 * What every queue of some virtual hosts is, and was in the last hour. A virtual host that the broker does not have, has no queues.
 * @throws BrokerUnreachable, BrokerRefused
 */
export async function readQueueHistories(
    api: ManagementApi,
    vhosts: readonly string[],
): Promise<readonly QueueHistory[]> {
    const pastOf = named(await everyQueue(vhosts, api.historyPage));
    const queues = await everyQueue(vhosts, api.queuePage);
    return queues.map((queue) => historyOf(queue, pastOf(queue.vhost, queue.name)));
}

/** States of a queue that serves nobody; a queue without a state is new, or busy. */
const standing: readonly string[] = ["down", "crashed", "stopped", "terminated", "minority"];

function historyOf(queue: CountedQueue, past: RememberedQueue | undefined): QueueHistory {
    const before = past === undefined ? [] : momentsOf(past);
    const stats = queue.message_stats;
    const repeated = stats?.redeliver_details?.rate ?? 0;
    return {
        vhost: queue.vhost,
        name: queue.name,
        running: !standing.includes(queue.state ?? ""),
        readyBytes: queue.message_bytes_ready ?? 0,
        consumers: queue.consumers ?? 0,
        inRate: stats?.publish_details?.rate ?? 0,
        outRate: Math.max((stats?.deliver_get_details?.rate ?? 0) - repeated, 0),
        now: {
            // The broker does not say when it is: at the time of its newest sample, or up to a minute later.
            at: before[0]?.at ?? 0,
            ready: queue.messages_ready ?? 0,
            unacknowledged: queue.messages_unacknowledged ?? 0,
            delivered: stats?.deliver_get ?? 0,
            redelivered: stats?.redeliver ?? 0,
            acknowledged: stats?.ack ?? 0,
        },
        before,
    };
}

/** The newest first. */
function momentsOf(queue: RememberedQueue): readonly QueueMoment[] {
    const stats = queue.message_stats;
    const series = {
        ready: byTime(queue.messages_ready_details),
        unacknowledged: byTime(queue.messages_unacknowledged_details),
        delivered: byTime(stats?.deliver_get_details),
        redelivered: byTime(stats?.redeliver_details),
        acknowledged: byTime(stats?.ack_details),
    };
    return [...series.ready.keys()]
        .sort((a, b) => b - a)
        .map((at) => ({
            at,
            ready: series.ready.get(at) ?? 0,
            unacknowledged: series.unacknowledged.get(at) ?? 0,
            delivered: series.delivered.get(at) ?? 0,
            redelivered: series.redelivered.get(at) ?? 0,
            acknowledged: series.acknowledged.get(at) ?? 0,
        }));
}

type Samples = RememberedQueue["messages_ready_details"];

function byTime(details: Samples): ReadonlyMap<number, number> {
    return new Map(details?.samples.map(({ sample, timestamp }) => [timestamp, sample]));
}
