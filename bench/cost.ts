import { performance } from "node:perf_hooks";

/** What work costs, in milliseconds. */
export interface Cost {
    /** What passed meanwhile. */
    readonly wall: number;
    /** What all threads of this process had of the processors: other programs do not add to it. */
    readonly cpu: number;
}

export function costOf(work: () => void): Cost {
    const [start, used] = [performance.now(), process.cpuUsage()];
    work();
    const { user, system } = process.cpuUsage(used);
    return { wall: performance.now() - start, cpu: (user + system) / 1_000 };
}

/** Of several rounds the least of each: what other programs do slows a round down, nothing speeds it up. */
export function least(costs: readonly Cost[]): Cost {
    return {
        wall: Math.min(...costs.map(({ wall }) => wall)),
        cpu: Math.min(...costs.map(({ cpu }) => cpu)),
    };
}

/**
 * The milliseconds that decide. Work keeps at least one thread busy, so that on an idle machine no more time passes than its threads use
 * together: where more passes, it is other programs'.
 */
export function deciding({ wall, cpu }: Cost): number {
    return Math.min(wall, cpu);
}

/** The middle one; of an even number, the lower of the two. */
export function median(values: readonly number[]): number {
    return values.toSorted((a, b) => a - b)[Math.floor((values.length - 1) / 2)] ?? Number.NaN;
}
