import { formatCount } from "../../../text/units.ts";
import { folded, table } from "../../markdown.ts";
import { clipped, inMarkdown, type Phrase } from "../phrase.ts";

/** Rows about one thing, for whoever shows them. */
export interface ReportTable {
    readonly title: string;
    /** What a row is, one and several. */
    readonly noun: readonly [string, string];
    readonly head: readonly string[];
    readonly rows: readonly (readonly Phrase[])[];
    /** How many rows, from the first, nobody should have to look for. */
    readonly prominent: number;
}

/** Rows beyond that are closed until somebody opens them, unless nobody should have to look for them. */
const openRows = 12;

export interface TableSettings {
    /** How many rows are shown at all; with 0 only their number is. */
    readonly rows: number;
    /** How long a part of a cell may be. */
    readonly longest: number;
    /** What prints everything. */
    readonly rest: string;
}

export function tableText(
    each: ReportTable,
    { rows: most, longest, rest }: TableSettings,
): readonly string[] {
    const { title, noun, head, rows, prominent } = each;
    if (rows.length === 0) {
        return [];
    }
    if (most === 0) {
        return [`- ${title}: ${countText(rows.length, noun)}`];
    }
    const cells = rows.slice(0, most).map((row) => row.map((cell) => inMarkdown(clipped(cell, longest))));
    const open = Math.max(Math.min(prominent, cells.length), cells.length <= openRows ? cells.length : 0);
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
