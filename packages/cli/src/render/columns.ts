import { stripVTControlCharacters } from "node:util";

/** Between two columns. */
export const gap = 2;

/** A column that is empty for now, such as that of marks, keeps its place. */
const minimumWidth = 1;

/** Rows whose cells stand below each other, without lines: those would outweigh the text. @default align - all to the left */
export function columns(
    rows: readonly (readonly string[])[],
    align: readonly ("left" | "right")[] = [],
): readonly string[] {
    const count = Math.max(0, ...rows.map((row) => row.length));
    const widths = Array.from({ length: count }, (_, index) =>
        Math.max(minimumWidth, ...rows.map((row) => visibleLength(row[index] ?? ""))),
    );
    return rows.map((row) =>
        row
            .map((cell, index) => {
                const padding = " ".repeat((widths[index] ?? 0) - visibleLength(cell));
                return align[index] === "right" ? `${padding}${cell}` : `${cell}${padding}`;
            })
            .join(" ".repeat(gap))
            .trimEnd(),
    );
}

/** Without what only sets colours. */
function visibleLength(text: string): number {
    return stripVTControlCharacters(text).length;
}
