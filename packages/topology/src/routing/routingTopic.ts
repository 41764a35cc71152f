/** A word of a pattern, with the words that may follow it. */
interface TopicNode<T> {
    readonly isHash: boolean;
    words: Map<string, TopicNode<T>> | undefined;
    star: TopicNode<T> | undefined;
    /** The node after `#`, which matches any number of words. */
    hash: TopicNode<T> | undefined;
    /** The items of the patterns that end here; most nodes have none. */
    items: T[] | undefined;
    /** The last step that reached this node: faster than a set of nodes for each word. */
    step: number;
}

/**
 * The patterns of a topic exchange as a trie of their words. Matching a key follows all possible nodes together, so the time depends on the key's
 * words and on the patterns that share them, and not on the number of `#`.
 * @see https://www.rabbitmq.com/docs/topic-exchange
 */
export class TopicTrie<T> {
    readonly #root: TopicNode<T> = node(false);
    #step = 0;

    add(pattern: string, item: T): void {
        let current = this.#root;
        for (const word of wordsOf(pattern)) {
            current = next(current, word);
        }
        if (current.items === undefined) {
            current.items = [item];
        } else {
            current.items.push(item);
        }
    }

    /** The items of all patterns that match the key. */
    match(key: string): readonly T[] {
        let nodes: TopicNode<T>[] = [];
        this.#step += 1;
        this.#enter(nodes, this.#root);
        for (const word of wordsOf(key)) {
            const following: TopicNode<T>[] = [];
            this.#step += 1;
            for (const current of nodes) {
                if (current.isHash) {
                    this.#enter(following, current);
                }
                this.#enter(following, current.words?.get(word));
                this.#enter(following, current.star);
            }
            nodes = following;
        }
        return nodes.flatMap(({ items }) => items ?? []);
    }

    /** Adds a node to this step, without duplicates, and the nodes that `#` reaches from it without a word. */
    #enter(nodes: TopicNode<T>[], start: TopicNode<T> | undefined): void {
        for (
            let current = start;
            current !== undefined && current.step !== this.#step;
            current = current.hash
        ) {
            current.step = this.#step;
            nodes.push(current);
        }
    }
}

function node<T>(isHash: boolean): TopicNode<T> {
    return { isHash, words: undefined, star: undefined, hash: undefined, items: undefined, step: 0 };
}

function next<T>(current: TopicNode<T>, word: string): TopicNode<T> {
    if (word === "*") {
        return (current.star ??= node(false));
    }
    if (word === "#") {
        return (current.hash ??= node(true));
    }
    current.words ??= new Map();
    let following = current.words.get(word);
    if (following === undefined) {
        following = node(false);
        current.words.set(word, following);
    }
    return following;
}

/** Whether a topic pattern matches a routing key: words between dots, `*` for one word, `#` for zero or more words. */
export function matchesTopic(pattern: string, key: string): boolean {
    const trie = new TopicTrie<true>();
    trie.add(pattern, true);
    return trie.match(key).length > 0;
}

/** As in the broker, the empty text has no words: `#` matches it, `*` does not. */
function wordsOf(text: string): readonly string[] {
    return text === "" ? [] : text.split(".");
}
