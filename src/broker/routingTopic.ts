/** A word of a pattern, and what may follow it. */
interface TopicNode<T> {
    readonly words: Map<string, TopicNode<T>>;
    star?: TopicNode<T>;
    /** After `#`: stays where it is for any number of words. */
    hash?: TopicNode<T>;
    readonly isHash: boolean;
    readonly items: T[];
}

/**
 * The patterns of a topic exchange as a trie over their words. A key walks it with the set of all places that it can be in, so that its
 * cost depends on its words and on the patterns that share them, never on the number of `#`.
 * @see https://www.rabbitmq.com/docs/topic-exchange
 */
export class TopicTrie<T> {
    readonly #root: TopicNode<T> = node(false);

    add(pattern: string, item: T): void {
        let place = this.#root;
        for (const word of wordsOf(pattern)) {
            place = next(place, word);
        }
        place.items.push(item);
    }

    /** The items of all patterns that take the key. */
    match(key: string): readonly T[] {
        let places = withHashes([this.#root]);
        for (const word of wordsOf(key)) {
            const following: TopicNode<T>[] = [];
            for (const place of places) {
                if (place.isHash) {
                    following.push(place);
                }
                const exact = place.words.get(word);
                if (exact !== undefined) {
                    following.push(exact);
                }
                if (place.star !== undefined) {
                    following.push(place.star);
                }
            }
            places = withHashes(following);
        }
        return [...places].flatMap(({ items }) => items);
    }
}

function node<T>(isHash: boolean): TopicNode<T> {
    return { words: new Map(), isHash, items: [] };
}

function next<T>(place: TopicNode<T>, word: string): TopicNode<T> {
    if (word === "*") {
        return (place.star ??= node(false));
    }
    if (word === "#") {
        return (place.hash ??= node(true));
    }
    const known = place.words.get(word);
    if (known !== undefined) {
        return known;
    }
    const added = node<T>(false);
    place.words.set(word, added);
    return added;
}

/** The places, and those that `#` leads to from them without a word. */
function withHashes<T>(places: readonly TopicNode<T>[]): ReadonlySet<TopicNode<T>> {
    const reached = new Set<TopicNode<T>>();
    for (let place of places) {
        while (!reached.has(place)) {
            reached.add(place);
            place = place.hash ?? place;
        }
    }
    return reached;
}

/** Whether a topic pattern takes a key: words between dots, `*` for one word, `#` for any number of them, none included. */
export function matchesTopic(pattern: string, key: string): boolean {
    const trie = new TopicTrie<true>();
    trie.add(pattern, true);
    return trie.match(key).length > 0;
}

/** The empty text has no word, to the broker too: `*` does not take it, `#` does. */
function wordsOf(text: string): readonly string[] {
    return text === "" ? [] : text.split(".");
}
