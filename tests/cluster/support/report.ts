import { clusterTable } from "./experiment.ts";

/** The circumstances of a run. */
export interface Circumstances {
    /** Seconds of each step of the start. */
    readonly times: Readonly<Record<string, number>>;
    /** The most memory that all machines and servers used together, in MiB. */
    readonly memory: number;
    /** Such as `Kubernetes v1.34.4`. */
    readonly versions: readonly string[];
}

/** Writes the table of `docs/reliability/kubernetes.md`. @returns the page's path */
export function writeReport({ times, memory, versions }: Circumstances): string {
    const steps = Object.entries(times).map(([step, seconds]) => `${step} ${seconds} s`);
    return clusterTable.write([
        ["versions", versions.join(", ")],
        ["start", steps.join(", ")],
        ["memory", `at most ${memory} MiB`],
    ]);
}
