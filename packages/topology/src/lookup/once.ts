/** Remembers the answer for each thing it was asked about. That there is none is an answer, too: `null`. */
export function remembered<K, V extends object | null>(answer: (key: K) => V): (key: K) => V {
    const answers = new Map<K, V>();
    return (key) => {
        let known = answers.get(key);
        if (known === undefined) {
            known = answer(key);
            answers.set(key, known);
        }
        return known;
    };
}

/** Answers once, when first asked. */
export function once<V>(answer: () => V): () => V {
    let known: { readonly value: V } | undefined;
    return () => (known ??= { value: answer() }).value;
}
