import { type InVhost, objectKey } from "@spot-messaging/topology";
import pLimit from "p-limit";
import { orMissing } from "./orMissing.ts";

/** How many pages are requested in parallel. For each, the broker collects the numbers of hundreds of queues from all nodes. */
const concurrency = 4;

interface Page<T> {
    readonly page_count: number;
    readonly items: readonly T[];
}

/**
 * All queues on the pages of some virtual hosts, each once. A virtual host that does not exist has no queues.
 * @param ask requests a page; the first is 1
 * @throws BrokerUnreachable, BrokerRefused
 */
export async function allQueues<T extends InVhost>(
    vhosts: readonly string[],
    ask: (vhost: string, page: number) => Promise<Page<T>>,
): Promise<readonly T[]> {
    const limit = pLimit(concurrency);
    const lists = await Promise.all(
        vhosts.map(async (vhost) => {
            const first = await limit(() => orMissing(ask(vhost, 1)));
            if (first === undefined) {
                return [];
            }
            const others = Array.from({ length: first.page_count - 1 }, (_, index) =>
                limit(() => ask(vhost, index + 2)),
            );
            return [first, ...(await Promise.all(others))].flatMap(({ items }) => items);
        }),
    );
    // A queue that is declared or deleted between two requests moves others to the next or previous page.
    return [...new Map(lists.flat().map((each) => [objectKey(each), each])).values()];
}
