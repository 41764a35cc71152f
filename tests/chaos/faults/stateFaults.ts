import { containerOf, revive } from "./containerFaults.ts";
import type { Fault } from "./fault.ts";

/** The object store's disk has no space left. */
export function fullDisk(holdMs: number): Fault {
    return {
        kind: "disk",
        title: "fill the disk of the object store",
        group: "disk",
        holdMs,
        inject: ({ store }) => store.fill(),
        repair: ({ store }) => store.empty(),
    };
}

/**
 * Every replica of a service restarts while a migration of its schema holds the lock; one is killed while it waits. The lock is that of a
 * long migration by another process.
 */
export function restartWhileMigrating(
    service: string,
    schema: string,
    replicas: number,
    holdMs: number,
): Fault {
    const names = Array.from({ length: replicas }, (_, index) => `${service}-${index}`);
    return {
        kind: "migration",
        title: `restart ${service} during a migration`,
        group: "migration",
        holdMs,
        inject: async (plant) => {
            const seconds = holdMs / 1_000;
            // Not awaited: it holds the lock until the repair.
            void plant.database
                .query(
                    `BEGIN; LOCK TABLE ${schema}.schema_revision IN ACCESS EXCLUSIVE MODE; SELECT pg_sleep(${seconds}); ROLLBACK;`,
                )
                .catch(() => undefined);
            await Promise.all(names.map((name) => containerOf(plant, name).restart({ t: 20 })));
            await containerOf(plant, `${service}-0`)
                .kill({ signal: "SIGKILL" })
                .catch(() => undefined);
        },
        repair: async (plant) => {
            await Promise.all(names.map((name) => revive(containerOf(plant, name))));
        },
    };
}
