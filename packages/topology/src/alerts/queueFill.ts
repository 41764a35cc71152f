import type { QueueReading } from "./queueReading.ts";
import { harmfulBounds } from "./thresholds.ts";
import type { WatchedQueue } from "./watchedQueue.ts";

/** How full a queue is, from 0 to 1; `undefined` where reaching a bound does no harm, or there is none. */
export function fillOf(queue: WatchedQueue, { ready, readyBytes }: QueueReading): number | undefined {
    const bounds = harmfulBounds(queue);
    return bounds && Math.max(ready / (bounds.messages ?? Infinity), readyBytes / (bounds.bytes ?? Infinity));
}
