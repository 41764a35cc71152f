import { code, plain } from "../markdown.ts";

/** A run of text: a name, which may have any characters and is set as code, or words; `strong` words are bold. */
export interface Part {
    readonly style: "name" | "words" | "strong";
    readonly text: string;
}

/** The text of a cell or a line, independent of the output format. */
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

/** Phrases joined by a separator. */
export function listed(phrases: readonly Phrase[], separator = ", "): Phrase {
    return phrases.flatMap((each, index) => (index === 0 ? each : [...words(separator), ...each]));
}

/** Names. Of many, the first ones and the number of the others. */
export function names(texts: readonly string[], maxShown = 8): Phrase {
    const shown = texts.length > maxShown ? texts.slice(0, maxShown - 1) : texts;
    const rest = texts.length - shown.length;
    return [...listed(shown.map(name)), ...words(rest === 0 ? "" : ` and ${rest} more`)];
}

/** Clips each part of a phrase. */
export function clipped(phrase: Phrase, maxLength: number): Phrase {
    return phrase.map((part) => ({ ...part, text: clippedText(part.text, maxLength) }));
}

/** The beginning of a text that is too long. Surrogate pairs are not split. */
export function clippedText(text: string, maxLength: number): string {
    return text.length <= maxLength
        ? text
        : `${text.slice(0, maxLength - 1).replace(/[\uD800-\uDBFF]$/u, "")}…`;
}

export function inMarkdown(phrase: Phrase): string {
    return phrase
        .map(({ style, text }) =>
            style === "name" ? code(text) : style === "strong" ? `**${plain(text)}**` : plain(text),
        )
        .join("");
}
