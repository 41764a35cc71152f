import { JsonSyntaxError, type Position } from "../jsonDocument.ts";

/** A frequent cause of a text that is not JSON. */
interface Cause {
    /** Found at the error, or before it on its line. */
    readonly found: RegExp;
    /** What is wrong; `$1` is the first group. */
    readonly says: string;
}

/** In the order in which they are tried. Each is searched in what begins at the error, or at the token before. */
const causes: readonly Cause[] = [
    { found: /^(<{7}|={7}|>{7}|\|{7})(?:\s|$)/, says: "has a merge conflict marker; resolve the conflict" },
    {
        found: /^["']?(\{\{.{0,40}?\}\}|\{%.{0,40}?%\}|<%.{0,40}?%>|\$\{[^}\n]{0,40}\}|\$\([^)\n]{0,40}\)|\$[A-Z_]\w*|@@?\w+@@?|%\w+%|__\w+__)/,
        says: "has the template placeholder $1; render the template first",
    },
    { found: /^(\/\/|\/\*|#|--)/, says: "has a comment ($1); JSON has none, so remove it" },
    {
        found: /^(True|False|None)\b/,
        says: "has $1, as Python writes it; write true, false or null, or use json.dumps",
    },
    {
        found: /^(true|false|null|none|nil|yes|no|on|off)(?![\w-]|\s*[:=])/i,
        says: "has $1, which is not a JSON value; write true, false or null",
    },
    {
        found: /^([;=()])/,
        says: "has $1, which JSON does not use; separate keys by a colon, and values by a comma",
    },
    {
        found: /^(NaN|[+-]?Infinity|-?inf|nan|undefined)\b/,
        says: "has $1, which JSON does not have; write a number, or null",
    },
    { found: /^'/, says: "has a text in single quotes; use double quotes" },
    { found: /^[\u2018-\u201F\u00AB\u00BB]/, says: "has typographic quotes; use straight double quotes" },
    {
        found: /^[\u00A0\u2007\u202F\u200B-\u200D\u2060\uFEFF]/,
        says: "has an invisible character that is not a space of JSON; remove it",
    },
    {
        found: /^(0x[\da-f]+|0\d+|[+]\d|\.\d|\d+\.(?!\d))/i,
        says: "has a number that JSON writes in another way",
    },
    { found: /^(\.\.\.|…)/, says: "has an ellipsis ($1); write the whole value" },
    { found: /^([A-Za-z_][\w-]*)\s*[:=]/, says: "has the key $1 without quotes; write it in double quotes" },
    {
        found: /^([A-Za-z_][\w-]*)/,
        says: "has a word without quotes, which is not a JSON value; write a text in double quotes",
    },
    { found: /^`/, says: "has a text in backquotes; use double quotes" },
];

/**
 * Names the cause of a syntax error, at the line of the cause. The parser's own error says only what it expected.
 * @param error the parser's
 */
export function withCause(error: JsonSyntaxError, text: string): JsonSyntaxError {
    const lines = text.split("\n");
    const offset = offsetOf(lines, error.position);
    const before = text.slice(0, offset);
    const at = text.slice(offset);
    const comma = /,(\s*)$/.exec(before);
    if (comma !== null && /^[\]}]/.test(at)) {
        return caused("has a comma before the closing bracket; remove the comma", text, comma.index);
    }
    if (comma !== null && /^,/.test(at)) {
        return caused("has two commas in a row; remove one", text, offset);
    }
    if (error.message.includes("a text is not closed")) {
        const end = offset + at.search(/\r?\n|$/);
        return caused(
            "has a text that does not end on its line; add the quote, or write a line break as \\n",
            text,
            Math.min(offset, end),
        );
    }
    if (isJson(before)) {
        return caused("has something after its end; give one JSON value", text, offset);
    }
    // The parser stops at the first character that it cannot read, or at the end of a token that it cannot read.
    const token = /[^\s,:[\]{}"]*$/.exec(before)?.index ?? offset;
    const brace = /\{+\s*$/.exec(before)?.index ?? offset;
    for (const start of [token, offset, brace, Math.max(0, offset - 1)]) {
        const rest = text.slice(start, start + 200);
        for (const { found, says } of causes) {
            const match = found.exec(rest);
            if (match !== null && (start === offset || match[0].length > 0)) {
                return caused(
                    says.replace("$1", () => match[1] ?? ""),
                    text,
                    start,
                );
            }
        }
    }
    if (/[}\]"\w]\s*$/.test(before) && /^["{[\d]/.test(at)) {
        return caused("lacks a comma between two values; add it", text, before.trimEnd().length);
    }
    return error;
}

function caused(says: string, text: string, offset: number): JsonSyntaxError {
    const before = text.slice(0, offset);
    const line = before.split("\n").length;
    return new JsonSyntaxError(`is not JSON: ${says}`, {
        line,
        column: offset - (before.lastIndexOf("\n") + 1) + 1,
    });
}

function offsetOf(lines: readonly string[], { line, column }: Position): number {
    return lines.slice(0, line - 1).reduce((sum, each) => sum + each.length + 1, 0) + column - 1;
}

function isJson(text: string): boolean {
    try {
        JSON.parse(text);
        return true;
    } catch {
        return false;
    }
}
