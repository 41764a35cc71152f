import { closest, distance } from "fastest-levenshtein";
import type { ConfigReader } from "./configReader.ts";

/**
 * Whether a name is known; otherwise reports a problem.
 * @param which the kind of the known names, as in "which is not a SERVICE"
 */
export function isKnownName(
    reader: ConfigReader,
    key: string,
    name: string,
    known: readonly string[],
    which: string,
): boolean {
    if (known.includes(name)) {
        return true;
    }
    const near = closest(name, [...known]);
    reader.reject(
        key,
        `names "${name}", which is not a ${which}`,
        distance(name, near) <= 3 ? `did you mean "${near}"?` : `those are ${known.join(", ")}`,
    );
    return false;
}
