/**
 * A pinned list: the lines of several variants, sorted. A line that not every variant has names those that have it. `npm run pins` writes
 * the lists; what changed in them is for a person to look at.
 */
export function pinned(variants: readonly (readonly [string, readonly string[]])[]): string {
    const owners = new Map<string, string[]>();
    for (const [variant, lines] of variants) {
        for (const line of lines) {
            owners.set(line, [...(owners.get(line) ?? []), variant]);
        }
    }
    return [...owners]
        .map(([line, names]) => (names.length === variants.length ? line : `${line} (${names.join(", ")})`))
        .sort()
        .map((line) => `${line}\n`)
        .join("");
}
