const units = [
    ["day", 86_400_000],
    ["hour", 3_600_000],
    ["minute", 60_000],
    ["second", 1_000],
] as const;

/** A time as an age, rounded down: `3 hours ago`. */
export function ageText(time: number | undefined, now: number): string {
    if (time === undefined) {
        return "unknown";
    }
    const age = Math.max(now - time, 0);
    const [unit, size] = units.find(([, each]) => age >= each) ?? ["second", 1_000];
    const count = Math.floor(age / size);
    return count === 0 ? "now" : `${count} ${unit}${count === 1 ? "" : "s"} ago`;
}
