import { printable } from "./escape.ts";

/** A name or pattern as code: safe inside of a table, whatever is in it. */
export function code(text: string): string {
    const shown = printable(text);
    if (shown === "") {
        return "(empty)";
    }
    // A backtick ends code and a bar ends a cell, whatever stands before them: HTML has neither weakness.
    return /[`|]/u.test(shown) || shown.trim() !== shown ? `<code>${entities(shown)}</code>` : `\`${shown}\``;
}

/** Names as code, one after the other. */
export function codes(texts: readonly string[]): string {
    return texts.map(code).join(", ");
}

/**
 * Text that Markdown takes for nothing else, nor the code host for somebody's name or the number of another pull request: these it finds in
 * what a reader would see, so that an entity does not hide them, but a space of no width does.
 */
export function plain(text: string): string {
    return entities(printable(text)).replace(/(?<=&#(?:64|35);)(?=[\p{L}\p{N}])/gu, "&#8203;");
}

/** Punctuation that could mean something, as entities, which always mean themselves; so does what begins like a list or a quotation. */
function entities(text: string): string {
    return text
        .replace(/[&<\\`*_[\]|#@$]|~(?=\S)|(?<=\S)~|:(?=\S)|(?<=\bwww)\./giu, entity)
        .replace(/^\s*(?:[-+=>]|\d+[.)])/u, (start) => start.replace(/[-+=>.)]/u, entity));
}

function entity(character: string): string {
    return `&#${character.codePointAt(0) ?? 0xfffd};`;
}

/** A table without the columns that have nothing to say; without rows, nothing. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): readonly string[] {
    const kept = head.map((_, column) => rows.some((row) => row[column] !== ""));
    const line = (cells: readonly string[]): string => {
        const shown = cells.filter((_, column) => kept[column]);
        return `| ${shown.map((each) => (each === "" ? "–" : each)).join(" | ")} |`;
    };
    return rows.length === 0 ? [] : [line(head), line(head.map(() => "---")), ...rows.map(line), ""];
}

/** A part that is closed until somebody opens it. */
export function folded(summary: string, content: readonly string[]): readonly string[] {
    return content.length === 0
        ? []
        : ["<details>", `<summary>${summary}</summary>`, "", ...content, "</details>", ""];
}

/** A diagram that code hosts draw. */
export function diagram(mermaid: string): readonly string[] {
    return ["```mermaid", mermaid.trimEnd(), "```", ""];
}
