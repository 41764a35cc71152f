/** A repeatable sequence of random numbers. */
export interface Random {
    /** A number from 0 up to, but without, 1. */
    readonly next: () => number;
    /** A whole number from `least` to `most`. */
    readonly between: (least: number, most: number) => number;
    readonly pick: <T>(choices: readonly T[]) => T;
    readonly shuffle: <T>(items: readonly T[]) => T[];
}

/**
 * The same seed gives the same sequence (mulberry32).
 */
export function random(seed: number): Random {
    let state = seed >>> 0;
    const next = (): number => {
        state = (state + 0x6d2b79f5) >>> 0;
        let mixed = Math.imul(state ^ (state >>> 15), state | 1);
        mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
        return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
    };
    const between = (least: number, most: number): number => least + Math.floor(next() * (most - least + 1));
    const pick = <T>(choices: readonly T[]): T => {
        const [chosen] = choices.slice(between(0, choices.length - 1));
        if (chosen === undefined) {
            throw new Error("nothing to choose from");
        }
        return chosen;
    };
    const shuffle = <T>(items: readonly T[]): T[] => {
        const rest = [...items];
        const shuffled: T[] = [];
        while (rest.length > 0) {
            shuffled.push(...rest.splice(between(0, rest.length - 1), 1));
        }
        return shuffled;
    };
    return { next, between, pick, shuffle };
}
