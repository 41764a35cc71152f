/** A word of a pattern, and what may follow it. */
interface TopicNode<T> {
    readonly isHash: boolean;
    words: Map<string, TopicNode<T>> | undefined;
    star: TopicNode<T> | undefined;
    /** After `#`: stays where it is for any number of words. */
    hash: TopicNode<T> | undefined;
    /** Of the patterns that end here; of most places, none. */
    items: T[] | undefined;
    /** The last step of any key that came here: cheaper than a set of places for each word. */
    step: number;
}

/**
 * The patterns of a topic exchange as a trie over their words. A key walks it with the set of all places that it can be in, so that its
 * cost depends on its words and on the patterns that share them, never on the number of `#`.
 * @see https://www.rabbitmq.com/docs/topic-exchange
 */
export class TopicTrie<T> {
    readonly #root: TopicNode<T> = node(false);
    #step = 0;

    add(pattern: string, item: T): void {
        let place = this.#root;
        for (const word of wordsOf(pattern)) {
            place = next(place, word);
        }
        if (place.items === undefined) {
            place.items = [item];
        } else {
            place.items.push(item);
        }
    }

    /** The items of all patterns that take the key. */
    match(key: string): readonly T[] {
        let places: TopicNode<T>[] = [];
        this.#step += 1;
        this.#enter(places, this.#root);
        for (const word of wordsOf(key)) {
            const following: TopicNode<T>[] = [];
            this.#step += 1;
            for (const place of places) {
                if (place.isHash) {
                    this.#enter(following, place);
                }
                this.#enter(following, place.words?.get(word));
                this.#enter(following, place.star);
            }
            places = following;
        }
        return places.flatMap(({ items }) => items ?? []);
    }

    /** Adds a place to those of this step, each once, and where `#` leads from it without a word. */
    #enter(places: TopicNode<T>[], start: TopicNode<T> | undefined): void {
        for (let place = start; place !== undefined && place.step !== this.#step; place = place.hash) {
            place.step = this.#step;
            places.push(place);
        }
    }
}

function node<T>(isHash: boolean): TopicNode<T> {
    return { isHash, words: undefined, star: undefined, hash: undefined, items: undefined, step: 0 };
}

function next<T>(place: TopicNode<T>, word: string): TopicNode<T> {
    if (word === "*") {
        return (place.star ??= node(false));
    }
    if (word === "#") {
        return (place.hash ??= node(true));
    }
    place.words ??= new Map();
    let following = place.words.get(word);
    if (following === undefined) {
        following = node(false);
        place.words.set(word, following);
    }
    return following;
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
