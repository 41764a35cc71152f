/** A place in a text that is read from its beginning to its end. */
export class Cursor {
    readonly #text: string;
    #at = 0;

    constructor(text: string) {
        this.#text = text;
    }

    /** The character here; nothing at the end. */
    get sign(): string {
        return this.#text.charAt(this.#at);
    }

    /** Takes one character, or nothing at the end. */
    next(): string {
        const { sign } = this;
        this.#at += sign.length;
        return sign;
    }

    /** Takes what the expression matches here, if it does. It must be sticky. */
    take(expected: RegExp): RegExpExecArray | undefined {
        expected.lastIndex = this.#at;
        const found = expected.exec(this.#text) ?? undefined;
        this.#at += found?.[0].length ?? 0;
        return found;
    }
}
