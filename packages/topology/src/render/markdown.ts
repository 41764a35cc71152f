import { printable } from "../text/escape.ts";

/** A name or a pattern as code, safe inside a table for any text. */
export function code(text: string): string {
    const shown = printable(text);
    if (shown === "") {
        return "(empty)";
    }
    // A backtick ends code and a bar ends a cell, even when escaped, so these texts are HTML.
    return /[`|]/u.test(shown) || shown.trim() !== shown ? `<code>${entities(shown)}</code>` : `\`${shown}\``;
}

/** Names as code, separated by commas. */
export function codes(texts: readonly string[]): string {
    return texts.map(code).join(", ");
}

/**
 * Plain text without Markdown syntax. A zero-width space prevents the code host from linking user names (`@name`), pull requests (`#1`) and GitLab's other references (`!1`, `~label`):
 * entities do not, because the host looks at the displayed text.
 */
export function plain(text: string): string {
    return entities(printable(text)).replace(
        /(?<=&#(?:64|35|126);)(?=[\p{L}\p{N}])|(?<=[!%]|&#(?:36|38);)(?=\d)/gu,
        "&#8203;",
    );
}

/** Replaces punctuation that has a meaning in Markdown by entities, also at the beginning of a list or a quotation. */
function entities(text: string): string {
    return text
        .replace(/[&<\\`*_[\]|#@$]|~(?=\S)|(?<=\S)~|:(?=\S)|(?<=\bwww)\./giu, entity)
        .replace(/^\s*(?:[-+=>]|\d+[.)])/u, (start) => start.replace(/[-+=>.)]/u, entity));
}

function entity(character: string): string {
    return `&#${character.codePointAt(0) ?? 0xfffd};`;
}

/** A table without its empty columns. Empty if there are no rows. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): readonly string[] {
    const kept = head.map((_, column) => rows.some((row) => row[column] !== ""));
    const line = (cells: readonly string[]): string => {
        const shown = cells.filter((_, column) => kept[column]);
        return `| ${shown.map((each) => (each === "" ? "–" : each)).join(" | ")} |`;
    };
    return rows.length === 0 ? [] : [line(head), line(head.map(() => "---")), ...rows.map(line), ""];
}

/** A folded part, which the reader opens with a click. */
export function folded(summary: string, content: readonly string[]): readonly string[] {
    return content.length === 0
        ? []
        : ["<details>", `<summary>${summary}</summary>`, "", ...content, "</details>", ""];
}

/** A Mermaid diagram as a code block. */
export function diagram(mermaid: string): readonly string[] {
    return ["```mermaid", mermaid.trimEnd(), "```", ""];
}

/** Lines that begin with `+`, `-` or `!`, in the colours of a difference. */
export function diffBlock(lines: readonly string[]): readonly string[] {
    const longest = Math.max(
        2,
        ...lines.flatMap((each) => (each.match(/`+/gu) ?? []).map(({ length }) => length)),
    );
    const fence = "`".repeat(longest + 1);
    return [`${fence}diff`, ...lines, fence, ""];
}
