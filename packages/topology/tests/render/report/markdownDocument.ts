import { marked, type Token, type Tokens } from "marked";

/** What a reader's browser would be given of a text in markdown. */
export interface MarkdownDocument {
    /** Every piece of raw HTML, as it stands. */
    readonly html: readonly string[];
    readonly links: readonly string[];
    readonly diagrams: readonly string[];
    readonly images: number;
    /** The displayed text without code, in which hosts link nothing. */
    readonly words: string;
}

/** Takes markdown apart with a parser that is not ours. */
export function markdownDocument(text: string): MarkdownDocument {
    const tokens: Token[] = [];
    void marked.walkTokens(marked.lexer(text), (token) => {
        tokens.push(token);
    });
    const of = <T extends Token>(type: T["type"]): readonly T[] =>
        tokens.filter((token): token is T => token.type === type);
    return {
        html: of<Tokens.HTML>("html").map(({ raw }) => raw.trim()),
        links: of<Tokens.Link>("link").map(({ href }) => href),
        diagrams: of<Tokens.Code>("code").flatMap(({ lang, text: code }) =>
            lang === "mermaid" ? [code] : [],
        ),
        images: of<Tokens.Image>("image").length,
        words: of<Tokens.Text>("text")
            .filter(({ tokens: inner }) => inner === undefined)
            .map(({ text: each }) =>
                each.replace(/&#(\d+);/gu, (_, code: string) => String.fromCodePoint(Number(code))),
            )
            .join("\n"),
    };
}
