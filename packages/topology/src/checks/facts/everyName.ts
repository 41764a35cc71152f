/** An empty pattern is not in the list: the broker reads it as ^$. */
const patterns = new Set([".*", "^.*$", "^.*", ".*$", ".+", "^.+$", "^", "$"]);

/** Whether a permission's pattern is one of the usual ones that match every name. */
export function isEveryName(pattern: string): boolean {
    return patterns.has(pattern);
}
