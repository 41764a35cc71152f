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

/** One key for an object of a virtual host; no name of either can hold the separator and still be usable. */
export function identity(vhost: string, name: string): string {
    return `${vhost}\u0000${name}`;
}

/** Remembers the answer for each object it was asked about. */
export function remembered<K extends object, V>(answer: (key: K) => V): (key: K) => V {
    const answers = new Map<K, { readonly value: V }>();
    return (key) => {
        const known = answers.get(key) ?? { value: answer(key) };
        answers.set(key, known);
        return known.value;
    };
}

/** Answers once, when first asked. */
export function once<V>(answer: () => V): () => V {
    let known: { readonly value: V } | undefined;
    return () => (known ??= { value: answer() }).value;
}
