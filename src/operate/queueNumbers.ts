import pLimit from "p-limit";
import type { QueueNumbers } from "../broker/queueNumbers.js";
import { BrokerRefused, type CountedQueue, type ManagementApi } from "./managementApi.js";

/** How many pages are asked for at once: each makes the broker gather the numbers of hundreds of queues from all of its nodes. */
const atOnce = 4;

/**
 * The numbers of every queue of some virtual hosts. One that the broker does not have, has no queues.
 * @throws BrokerUnreachable, BrokerRefused
 */
export async function readQueueNumbers(
    api: ManagementApi,
    vhosts: readonly string[],
): Promise<readonly QueueNumbers[]> {
    const limit = pLimit(atOnce);
    const lists = await Promise.all(
        vhosts.map(async (vhost) => {
            const first = await limit(() => firstPage(api, vhost));
            const others = Array.from({ length: first.page_count - 1 }, (_, index) =>
                limit(() => api.queuePage(vhost, index + 2)),
            );
            const pages = [first, ...(await Promise.all(others))];
            return pages.flatMap(({ items }) => items.map(numbersOf));
        }),
    );
    // A queue that is declared or deleted in between moves others to the next page, or to the one before.
    return [...new Map(lists.flat().map((each) => [JSON.stringify([each.vhost, each.name]), each])).values()];
}

async function firstPage(
    api: ManagementApi,
    vhost: string,
): Promise<Awaited<ReturnType<ManagementApi["queuePage"]>>> {
    try {
        return await api.queuePage(vhost, 1);
    } catch (error) {
        if (error instanceof BrokerRefused && error.status === 404) {
            return { page_count: 1, items: [] };
        }
        throw error;
    }
}

function numbersOf(queue: CountedQueue): QueueNumbers {
    const { vhost, name, consumers, head_message_timestamp: headAt } = queue;
    const ready = queue.messages_ready;
    const unacknowledged = queue.messages_unacknowledged;
    const bytes = queue.message_bytes;
    const bytesReady = queue.message_bytes_ready;
    // A queue that has counts but never got a message has no rate.
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
