import type { QueueHistory, QueueMoment } from "@spot-messaging/topology/broker";
import { named } from "@spot-messaging/topology/text";
import type { CountedQueue, ManagementApi, QueueWithHistory } from "./managementApi.ts";
import { allQueues } from "./queuePages.ts";

/**
 * The queues of some virtual hosts with their current numbers and those of the last hour. A virtual host that does not exist has no queues.
 * @throws BrokerUnreachable, BrokerRefused
 */
export async function readQueueHistories(
    api: ManagementApi,
    vhosts: readonly string[],
): Promise<readonly QueueHistory[]> {
    const historiesOf = named(await allQueues(vhosts, api.historyPage));
    const queues = await allQueues(vhosts, api.queuePage);
    return queues.map((queue) => historyOf(queue, historiesOf(queue.vhost, queue.name)));
}

/** States in which a queue is not available. A queue without a state is new or busy. */
const unavailableStates: readonly string[] = ["down", "crashed", "stopped", "terminated", "minority"];

function historyOf(queue: CountedQueue, history: QueueWithHistory | undefined): QueueHistory {
    const before = history === undefined ? [] : momentsOf(history);
    const stats = queue.message_stats;
    const repeated = stats?.redeliver_details?.rate ?? 0;
    return {
        vhost: queue.vhost,
        name: queue.name,
        running: !unavailableStates.includes(queue.state ?? ""),
        readyBytes: queue.message_bytes_ready ?? 0,
        consumers: queue.consumers ?? 0,
        inRate: stats?.publish_details?.rate ?? 0,
        outRate: Math.max((stats?.deliver_get_details?.rate ?? 0) - repeated, 0),
        now: {
            // The answer has no time: it is that of the newest sample, or up to a minute later.
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
function momentsOf(queue: QueueWithHistory): readonly QueueMoment[] {
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

type Samples = QueueWithHistory["messages_ready_details"];

function byTime(details: Samples): ReadonlyMap<number, number> {
    return new Map(details?.samples.map(({ sample, timestamp }) => [timestamp, sample]));
}
