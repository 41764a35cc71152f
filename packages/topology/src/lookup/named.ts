import type { InVhost } from "../model/index.ts";
import { pushTo } from "./groups.ts";

/** Items by virtual host and name. */
type ByVhost<T> = Map<string, Map<string, T>>;

/** The items of a virtual host, which can be extended. */
function itemsOf<T>(byVhost: ByVhost<T>, vhost: string): Map<string, T> {
    let items = byVhost.get(vhost);
    if (items === undefined) {
        items = new Map();
        byVhost.set(vhost, items);
    }
    return items;
}

/** Finds an object by virtual host and name; the last one if several have the same name. */
export function named<T extends InVhost>(
    items: readonly T[],
): (vhost: string, name: string) => T | undefined {
    const byVhost: ByVhost<T> = new Map();
    for (const item of items) {
        itemsOf(byVhost, item.vhost).set(item.name, item);
    }
    return (vhost, name) => byVhost.get(vhost)?.get(name);
}

/** Finds the items of a name in a virtual host, in their order. An item may belong to several names. */
export class GroupsByName<T> {
    readonly #byVhost: ByVhost<T[]> = new Map();

    add(vhost: string, name: string, item: T): void {
        pushTo(itemsOf(this.#byVhost, vhost), name, item);
    }

    get(vhost: string, name: string): readonly T[] {
        return this.#byVhost.get(vhost)?.get(name) ?? [];
    }
}

/** The same for items that belong to one name each. */
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
