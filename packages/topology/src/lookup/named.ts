import type { InVhost } from "../model/index.ts";
import { append } from "./groups.ts";

/** Items by virtual host and name. */
type Shelves<T> = Map<string, Map<string, T>>;

/** The shelf of a virtual host, made where there is none. */
function shelfOf<T>(shelves: Shelves<T>, vhost: string): Map<string, T> {
    let shelf = shelves.get(vhost);
    if (shelf === undefined) {
        shelf = new Map();
        shelves.set(vhost, shelf);
    }
    return shelf;
}

/** Finds an object by its virtual host and name; of several of one name, the last. */
export function named<T extends InVhost>(
    items: readonly T[],
): (vhost: string, name: string) => T | undefined {
    const shelves: Shelves<T> = new Map();
    for (const item of items) {
        shelfOf(shelves, item.vhost).set(item.name, item);
    }
    return (vhost, name) => shelves.get(vhost)?.get(name);
}

/** Finds the items that belong to a name of a virtual host, in their order. An item may belong to several. */
export class GroupsByName<T> {
    readonly #shelves: Shelves<T[]> = new Map();

    add(vhost: string, name: string, item: T): void {
        append(shelfOf(this.#shelves, vhost), name, item);
    }

    get(vhost: string, name: string): readonly T[] {
        return this.#shelves.get(vhost)?.get(name) ?? [];
    }
}

/** The same where each item belongs to one name. */
export function groupedByName<T>(
    items: Iterable<T>,
    ownerOf: (item: T) => InVhost,
): (vhost: string, name: string) => readonly T[] {
    const found = new GroupsByName<T>();
    for (const item of items) {
        const { vhost, name } = ownerOf(item);
        found.add(vhost, name, item);
    }
    return (vhost, name) => found.get(vhost, name);
}
