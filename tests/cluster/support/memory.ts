import { setTimeout as sleep } from "node:timers/promises";
import { z } from "zod";
import type { Cluster } from "./cluster.ts";
import { clusterLabel } from "./machine.ts";

const usage = z.object({
    memory_stats: z.looseObject({
        usage: z.number().optional(),
        stats: z.record(z.string(), z.number()).optional(),
    }),
});

/** Watches how much memory a cluster's containers use together. */
export interface MemoryWatch {
    /** The most so far, in MiB. */
    readonly most: () => number;
    readonly stop: () => Promise<void>;
}

const pauseMilliseconds = 5_000;

export function watchMemory({ docker, name }: Pick<Cluster, "docker" | "name">): MemoryWatch {
    let most = 0;
    const end = new AbortController();
    const watching = (async (): Promise<void> => {
        while (!end.signal.aborted) {
            const containers = await docker.listContainers({
                filters: { label: [`${clusterLabel}=${name}`] },
            });
            const sizes = await Promise.all(
                // A container may end in between.
                containers.map(async ({ Id }) => await used(docker.getContainer(Id)).catch(() => 0)),
            );
            most = Math.max(
                most,
                sizes.reduce((sum, size) => sum + size, 0),
            );
            await sleep(pauseMilliseconds, undefined, { signal: end.signal }).catch(() => undefined);
        }
    })();
    return {
        most: () => Math.round(most / 2 ** 20),
        stop: async () => {
            end.abort();
            await watching;
        },
    };
}

/** Without the cache of files, which the kernel gives back. */
async function used(container: { stats: (options: { stream: false }) => Promise<unknown> }): Promise<number> {
    const { memory_stats } = usage.parse(await container.stats({ stream: false }));
    const { usage: all = 0, stats = {} } = memory_stats;
    return all - (stats["total_inactive_file"] ?? stats["inactive_file"] ?? 0);
}
