import { JSDOM } from "jsdom";
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

/** Every piece of text of the rendered markdown that still looks like markup: bold, code, a tag or an entity. */
export function literalMarkup(text: string): readonly string[] {
    const { document } = new JSDOM(marked.parse(text, { async: false, gfm: true })).window;
    const walker = document.createTreeWalker(document.body, 4); // NodeFilter.SHOW_TEXT
    const found: string[] = [];
    while (walker.nextNode() !== null) {
        const { parentElement, textContent } = walker.currentNode;
        const isBlock = (parentElement?.closest("pre") ?? null) !== null;
        const isCode = (parentElement?.closest("code") ?? null) !== null;
        const pattern = isBlock ? block : isCode ? span : words;
        if (pattern.test(textContent ?? "")) {
            found.push(textContent ?? "");
        }
    }
    return found;
}

const words = /\*\*|__|`|<\/?[a-z][^>]*>|&(?:#x?)?[\da-z]+;/iu;
const span = /\*\*|`|<\/?[a-z][^>]*>|&(?:#x?)?[\da-z]+;/iu;
/** Mermaid has entities without `&`, and a line break in labels. */
const block = /&(?:#x?)?[\da-z]+;|<\/?(?!br\/>)[a-z][^>]*>/iu;
