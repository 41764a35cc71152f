/** A position in a text that is read forward. */
export class Cursor {
    readonly #text: string;
    #at = 0;

    constructor(text: string) {
        this.#text = text;
    }

    /** The current character; empty at the end. */
    get current(): string {
        return this.#text.charAt(this.#at);
    }

    /** Reads one character; empty at the end. */
    next(): string {
        const { current } = this;
        this.#at += current.length;
        return current;
    }

    /** Reads the match of a sticky expression at this position, if there is one. */
    take(expected: RegExp): RegExpExecArray | undefined {
        expected.lastIndex = this.#at;
        const found = expected.exec(this.#text) ?? undefined;
        this.#at += found?.[0].length ?? 0;
        return found;
    }
}
