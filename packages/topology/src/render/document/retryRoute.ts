import type { RetryRoute, Topology } from "../../model/index.ts";

/** How a queue's consumers retry; a queue may be named like something that every object has, such as `valueOf`. */
export function retryRouteOf({ retries }: Topology, queue: string): RetryRoute | undefined {
    return Object.hasOwn(retries, queue) ? retries[queue] : undefined;
}
