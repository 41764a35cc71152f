/** Adds an item to the group of its key; makes the group if necessary. */
export function pushTo<K, T>(to: Map<K, T[]>, key: K, item: T): void {
    const group = to.get(key);
    if (group === undefined) {
        to.set(key, [item]);
    } else {
        group.push(item);
    }
}

/** Groups items by key. The groups keep the order of their first items, and the items their own order. */
export function groupBy<T>(
    items: Iterable<T>,
    keyOf: (item: T) => string,
): ReadonlyMap<string, readonly T[]> {
    const found = new Map<string, T[]>();
    for (const item of items) {
        pushTo(found, keyOf(item), item);
    }
    return found;
}

/** The same as a function; an unknown key has an empty group. */
export function groupLookup<T>(
    items: Iterable<T>,
    keyOf: (item: T) => string,
): (key: string) => readonly T[] {
    const found = groupBy(items, keyOf);
    return (key) => found.get(key) ?? [];
}
