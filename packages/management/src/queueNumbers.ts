import type { QueueNumbers } from "@spot-messaging/topology/broker";
import type { CountedQueue, ManagementApi } from "./managementApi.ts";
import { allQueues } from "./queuePages.ts";

/**
 * The numbers of every queue of some virtual hosts. A virtual host that does not exist has no queues.
 * @throws BrokerUnreachable, BrokerRefused
 */
export async function readQueueNumbers(
    api: ManagementApi,
    vhosts: readonly string[],
): Promise<readonly QueueNumbers[]> {
    return (await allQueues(vhosts, api.queuePage)).map(numbersOf);
}

function numbersOf(queue: CountedQueue): QueueNumbers {
    const { vhost, name, consumers, head_message_timestamp: headAt } = queue;
    const ready = queue.messages_ready;
    const unacknowledged = queue.messages_unacknowledged;
    const bytes = queue.message_bytes;
    const bytesReady = queue.message_bytes_ready;
    // A queue with counts but without messages so far has no rate.
    const publishRate = queue.message_stats?.publish_details?.rate ?? (ready === undefined ? undefined : 0);
    return {
        vhost,
        name,
        ...(ready !== undefined && { ready }),
        ...(unacknowledged !== undefined && { unacknowledged }),
        ...(consumers !== undefined && { consumers }),
        ...(publishRate !== undefined && { publishRate }),
        ...(bytes !== undefined && { bytes }),
        ...(bytesReady !== undefined && { bytesReady }),
        ...(typeof headAt === "number" && { headAt: headAt * 1_000 }),
    };
}
