import { append } from "./groups.js";

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
        append(shelfOf(shelves, vhost), name, item);
    }
    return (vhost, name) => shelves.get(vhost)?.get(name) ?? [];
}
