/** Items by virtual host and name. */
type Shelf<T> = Map<string, Map<string, T>>;

/** The shelf of a virtual host, made where there is none. */
function shelfOf<T>(shelves: Shelf<T>, vhost: string): Map<string, T> {
    let shelf = shelves.get(vhost);
    if (shelf === undefined) {
        shelf = new Map();
        shelves.set(vhost, shelf);
    }
    return shelf;
}

/** Finds an object by its virtual host and name; of several of one name, the last. */
export function named<T extends { readonly vhost: string; readonly name: string }>(
    items: readonly T[],
): (vhost: string, name: string) => T | undefined {
    const shelves: Shelf<T> = new Map();
    for (const item of items) {
        shelfOf(shelves, item.vhost).set(item.name, item);
    }
    return (vhost, name) => shelves.get(vhost)?.get(name);
}

/** Finds the items that belong to a name of a virtual host, in their order. */
export function groupedByName<T>(
    items: readonly T[],
    ownerOf: (item: T) => { readonly vhost: string; readonly name: string },
): (vhost: string, name: string) => readonly T[] {
    const shelves: Shelf<T[]> = new Map();
    for (const item of items) {
        const { vhost, name } = ownerOf(item);
        const shelf = shelfOf(shelves, vhost);
        const group = shelf.get(name);
        if (group === undefined) {
            shelf.set(name, [item]);
        } else {
            group.push(item);
        }
    }
    return (vhost, name) => shelves.get(vhost)?.get(name) ?? [];
}

/** Items by key, each group in the order of the items; an unknown key has an empty group. */
export function grouped<T>(items: readonly T[], keyOf: (item: T) => string): (key: string) => readonly T[] {
    const groups = new Map<string, T[]>();
    for (const item of items) {
        const key = keyOf(item);
        const group = groups.get(key);
        if (group === undefined) {
            groups.set(key, [item]);
        } else {
            group.push(item);
        }
    }
    return (key) => groups.get(key) ?? [];
}
