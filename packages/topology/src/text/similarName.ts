import { closest, distance } from "fastest-levenshtein";

/** Up to this many names, each is compared. */
const maxCompared = 200;

/** How many neighbours on each side are compared, in the order of the names and of the reversed names. */
const neighbours = 16;

/** A part of a name that more names have does not show which one is meant. */
const maxSharing = 64;

const partLength = 3;

/** Many names, indexed to find similar ones without a comparison of all. */
interface NameIndex {
    readonly sorted: readonly string[];
    /** Sorted by the reversed names. */
    readonly byEnd: readonly { readonly reversed: string; readonly name: string }[];
    /** The names that have a part, unless there are too many. */
    readonly sharing: ReadonlyMap<string, readonly string[]>;
}

const indexes = new WeakMap<readonly string[], NameIndex>();

/**
 * The known name that is most similar to an unknown one; `undefined` if none is similar. Of many names, only those are compared that begin, end, or
 * have a rare part like the unknown one, so that a file with thousands of wrong names is checked in linear time.
 */
export function similarName(name: string, known: readonly string[]): string | undefined {
    const compared = known.length <= maxCompared ? known : candidates(name, indexOf(known));
    const nearest = compared.length === 0 ? undefined : closest(name, [...compared]);
    return nearest !== undefined && distance(name, nearest) <= Math.max(2, name.length / 4)
        ? nearest
        : undefined;
}

function indexOf(known: readonly string[]): NameIndex {
    const index = indexes.get(known) ?? makeIndex(known);
    indexes.set(known, index);
    return index;
}

function makeIndex(known: readonly string[]): NameIndex {
    const sharing = new Map<string, string[]>();
    for (const name of known) {
        for (const part of partsOf(name)) {
            const names = sharing.get(part);
            // One more than the maximum marks the part as common.
            if (names === undefined) {
                sharing.set(part, [name]);
            } else if (names.length <= maxSharing) {
                names.push(name);
            }
        }
    }
    return {
        sorted: known.toSorted(),
        byEnd: known
            .map((name) => ({ reversed: reverse(name), name }))
            .sort((a, b) => (a.reversed < b.reversed ? -1 : 1)),
        sharing,
    };
}

function candidates(name: string, { sorted, byEnd, sharing }: NameIndex): readonly string[] {
    const reversed = reverse(name);
    const start = firstIndex(sorted.length, (at) => (sorted[at] ?? "") >= name);
    const end = firstIndex(byEnd.length, (at) => (byEnd[at]?.reversed ?? "") >= reversed);
    const alike = partsOf(name).flatMap((part) => {
        const names = sharing.get(part) ?? [];
        return names.length > maxSharing ? [] : names;
    });
    return [
        ...new Set([
            ...sorted.slice(Math.max(0, start - neighbours), start + neighbours),
            ...byEnd.slice(Math.max(0, end - neighbours), end + neighbours).map((each) => each.name),
            ...alike,
        ]),
    ];
}

/** The first index for which a condition is true that is true for all later ones. */
function firstIndex(length: number, isReached: (index: number) => boolean): number {
    let low = 0;
    let high = length;
    while (low < high) {
        const middle = (low + high) >>> 1;
        if (isReached(middle)) {
            high = middle;
        } else {
            low = middle + 1;
        }
    }
    return low;
}

function reverse(name: string): string {
    return name.split("").reverse().join("");
}

function partsOf(name: string): readonly string[] {
    return Array.from({ length: Math.max(0, name.length - partLength + 1) }, (_, at) =>
        name.slice(at, at + partLength),
    );
}
