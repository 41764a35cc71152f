import { marked, type Token, type Tokens } from "marked";

/** What a reader's browser would be given of a text in markdown. */
export interface MarkdownDocument {
    /** Every piece of raw HTML, as it stands. */
    readonly html: readonly string[];
    readonly links: readonly string[];
    readonly diagrams: readonly string[];
    readonly images: number;
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
    };
}
