import { stripVTControlCharacters } from "node:util";
import { visibleLine } from "./visible.ts";

/** The number of spaces between two columns. */
export const gap = 2;

/** An empty column, such as that of marks, keeps its place. */
const minimumWidth = 1;

/** Aligns the cells of rows in columns, without borders. @default align - left */
export function columns(
    cells: readonly (readonly string[])[],
    align: readonly ("left" | "right")[] = [],
): readonly string[] {
    const rows = cells.map((row) => row.map(visibleLine));
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

/** The length of a text without its colour codes. */
function visibleLength(text: string): number {
    return stripVTControlCharacters(text).length;
}
