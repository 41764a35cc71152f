import { closest, distance } from "fastest-levenshtein";
import type { ConfigReader } from "./configReader.ts";

/**
 * Whether a name is one of those known; reports it otherwise.
 * @param which what the known ones are, as in "is no service"
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
        `names "${name}", which is no ${which}`,
        distance(name, near) <= 3 ? `did you mean "${near}"?` : `those are ${known.join(", ")}`,
    );
    return false;
}
