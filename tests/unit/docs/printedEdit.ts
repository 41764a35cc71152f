/** An edit of one file as a page prints it. */
export interface PrintedEdit {
    readonly file: string;
    readonly hunks: readonly Hunk[];
}

/** Lines that occur once in the file, and what they become. A new file has no lines before. */
interface Hunk {
    readonly before: string;
    readonly after: string;
}

/**
 * Reads a diff without line numbers: `--- file` begins a file, `@@ where @@` a hunk. Pages print no numbers, since those go stale with the
 * next edit; a hunk is found by its lines.
 */
export function printedEdits(diff: string): readonly PrintedEdit[] {
    return diff
        .split(/^--- /m)
        .slice(1)
        .map((part) => {
            const [file = "", ...lines] = part.split("\n");
            return { file, hunks: hunksOf(lines.join("\n")) };
        });
}

function hunksOf(text: string): readonly Hunk[] {
    return text
        .split(/^@@ .* @@\n/m)
        .filter((hunk) => hunk.trim() !== "")
        .map((hunk) => {
            const lines = hunk.replace(/\n$/, "").split("\n");
            const side = (sign: string): string =>
                lines
                    .filter((line) => line.startsWith(sign) || line.startsWith(" "))
                    .map((line) => `${line.slice(1)}\n`)
                    .join("");
            return { before: side("-"), after: side("+") };
        });
}

/**
 * The text of the file after the edit.
 * @throws Error if the lines of a hunk do not occur exactly once
 */
export function applyEdit({ file, hunks }: PrintedEdit, text: string): string {
    return hunks.reduce((current, { before, after }) => {
        const places = before === "" ? 1 : current.split(before).length - 1;
        if (places !== 1) {
            throw new Error(`${file}: these lines occur ${places} times, not once:\n${before}`);
        }
        return before === "" ? after : current.replace(before, () => after);
    }, text);
}
