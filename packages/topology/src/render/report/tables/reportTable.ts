import { formatCount } from "../../../text/units.ts";
import { folded, table } from "../../markdown.ts";
import { clipped, inMarkdown, type Phrase } from "../phrase.ts";

/** A table, independent of the output format. */
export interface ReportTable {
    readonly title: string;
    /** The noun for a row, singular and plural. */
    readonly noun: readonly [string, string];
    readonly head: readonly string[];
    readonly rows: readonly (readonly Phrase[])[];
    /** How many rows, from the first, are never folded. */
    readonly prominent: number;
}

/** A table with more rows is folded, except for its prominent rows. */
const maxOpenRows = 12;

export interface TableSettings {
    /** The maximum number of rows. With 0, the table is replaced by a count. */
    readonly rows: number;
    /** The maximum length of a part of a cell. */
    readonly maxLength: number;
    /** What prints the full table. */
    readonly rest: string;
}

export function tableText(
    each: ReportTable,
    { rows: maxRows, maxLength, rest }: TableSettings,
): readonly string[] {
    const { title, noun, head, rows, prominent } = each;
    if (rows.length === 0) {
        return [];
    }
    if (maxRows === 0) {
        return [`- ${title}: ${countText(rows.length, noun)}`];
    }
    const cells = rows
        .slice(0, maxRows)
        .map((row) => row.map((cell) => inMarkdown(clipped(cell, maxLength))));
    const open = Math.max(Math.min(prominent, cells.length), cells.length <= maxOpenRows ? cells.length : 0);
    const hidden = cells.slice(open);
    const left = rows.length - cells.length;
    const summary = open === 0 ? countText(hidden.length, noun) : `${countText(hidden.length, noun)} more`;
    return [
        `#### ${title}`,
        "",
        ...table(head, cells.slice(0, open)),
        ...folded(summary, table(head, hidden)),
        ...(left > 0 ? [`and ${countText(left, noun)} more; ${rest}`, ""] : []),
    ];
}

export function countText(count: number, [one, several]: readonly [string, string]): string {
    return `${formatCount(count)} ${count === 1 ? one : several}`;
}
