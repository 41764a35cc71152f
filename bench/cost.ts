import { performance } from "node:perf_hooks";

/** The cost of work, in milliseconds. */
export interface Cost {
    /** The elapsed time. */
    readonly wall: number;
    /** The CPU time of all threads of this process, without other programs. */
    readonly cpu: number;
}

export function costOf(work: () => void): Cost {
    const [start, used] = [performance.now(), process.cpuUsage()];
    work();
    const { user, system } = process.cpuUsage(used);
    return { wall: performance.now() - start, cpu: (user + system) / 1_000 };
}

/** The minimum of each over several rounds, because other programs can only slow a round down. */
export function least(costs: readonly Cost[]): Cost {
    return {
        wall: Math.min(...costs.map(({ wall }) => wall)),
        cpu: Math.min(...costs.map(({ cpu }) => cpu)),
    };
}

/**
 * The smaller of elapsed and CPU time. Work keeps at least one thread busy, so on an idle machine the elapsed time is not above the CPU
 * time; a longer elapsed time is caused by other programs.
 */
export function deciding({ wall, cpu }: Cost): number {
    return Math.min(wall, cpu);
}

/** The median; for an even number of values, the lower of the two middle ones. */
export function median(values: readonly number[]): number {
    return values.toSorted((a, b) => a - b)[Math.floor((values.length - 1) / 2)] ?? Number.NaN;
}
