/** Control characters, marks of direction and other invisible characters, and halves of characters. */
const invisible = /[\p{Cc}\p{Cf}\p{Cs}\u2028\u2029]/gu;

/** The codes of {@link colours}. */
const colour = /(\u001B\[(?:0|1|2|22|31|32|33|39)m)/u;

function escaped(character: string): string {
    const code = character.charCodeAt(0).toString(16).toUpperCase().padStart(4, "0");
    return character === "\n" ? "\\n" : character === "\t" ? "\\t" : `\\u${code}`;
}

/**
 * A text for one line, in which names cannot hide characters, move the cursor or begin a line: `\u001B` instead of an escape character. Colour codes
 * stay.
 */
export function visibleLine(text: string): string {
    return withColours(text, (each) => each.replace(invisible, escaped));
}

/** The same for several lines. Inside JSON the escapes have the same meaning. @param isColoured whether colour codes stay */
export function visibleText(text: string, isColoured: boolean): string {
    const escape = (each: string): string =>
        each.replace(invisible, (character) => (/[\n\t]/.test(character) ? character : escaped(character)));
    return isColoured ? withColours(text, escape) : escape(text);
}

function withColours(text: string, escape: (part: string) => string): string {
    return text
        .split(colour)
        .map((part, index) => (index % 2 === 0 ? escape(part) : part))
        .join("");
}
