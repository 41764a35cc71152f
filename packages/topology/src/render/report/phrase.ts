import { code, plain } from "../markdown.ts";

/** A run of text: a name, which may hold anything and stands apart, or words about it; what is `strong` must not be overlooked. */
export interface Part {
    readonly style: "name" | "words" | "strong";
    readonly text: string;
}

/** What a cell or a line says, whoever shows it. */
export type Phrase = readonly Part[];

export function name(text: string): Phrase {
    return [{ style: "name", text }];
}

export function words(text: string): Phrase {
    return text === "" ? [] : [{ style: "words", text }];
}

export function strong(text: string): Phrase {
    return [{ style: "strong", text }];
}

/** Phrases with the same words between them. */
export function listed(phrases: readonly Phrase[], separator = ", "): Phrase {
    return phrases.flatMap((each, index) => (index === 0 ? each : [...words(separator), ...each]));
}

/** Names, the first of many and how many more there are. */
export function names(texts: readonly string[], most = 8): Phrase {
    const shown = texts.length > most ? texts.slice(0, most - 1) : texts;
    const rest = texts.length - shown.length;
    return [...listed(shown.map(name)), ...words(rest === 0 ? "" : ` and ${rest} more`)];
}

/** The same with no part longer than so many characters. */
export function clipped(phrase: Phrase, most: number): Phrase {
    return phrase.map((part) => ({ ...part, text: clippedText(part.text, most) }));
}

/** The beginning of a text that is too long; half a character is not cut off. */
export function clippedText(text: string, most: number): string {
    return text.length <= most ? text : `${text.slice(0, most - 1).replace(/[\uD800-\uDBFF]$/u, "")}…`;
}

export function inMarkdown(phrase: Phrase): string {
    return phrase
        .map(({ style, text }) =>
            style === "name" ? code(text) : style === "strong" ? `**${plain(text)}**` : plain(text),
        )
        .join("");
}
