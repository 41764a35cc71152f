import { shortened } from "@spot-messaging/topology/text";
import { stringify } from "yaml";
import type { Row } from "../list/column.ts";
import { columns, gap } from "./columns.ts";
import type { Page } from "./paint.ts";

/** The maximum number of items of a list in a cell. The last one is the number of hidden items. */
const maxItems = 3;

/** The maximum length of a cell on a terminal, in characters. */
const maxCellLength = 24;

/**
 * A table with one line for each row. On a terminal, long cells are cut, but not names; then the last columns are hidden, and a line below
 * names them.
 */
export function renderRows(
    rows: readonly Row[],
    ids: readonly string[],
    { headers, isWhole }: { readonly headers: boolean; readonly isWhole: boolean },
    { paint, width }: Page,
): string {
    const isNumber = (id: string): boolean => rows.some((row) => typeof row.get(id)?.value === "number");
    const cell = (row: Row, id: string): string => {
        const text = row.get(id)?.text ?? "-";
        if (typeof text === "string") {
            return text;
        }
        return text.length === 0 ? "-" : (isWhole ? text : shortened(text, maxItems)).join(", ");
    };
    const lengthOf = (id: string): number =>
        Math.max(headers ? id.length : 0, ...rows.map((row) => cell(row, id).length));
    const limit = (id: string): number =>
        isWhole || width === undefined || id === "name" ? Infinity : maxCellLength;
    const shown =
        isWhole || width === undefined ? ids : fitting(ids, (id) => Math.min(lengthOf(id), limit(id)), width);
    const hidden = ids.slice(shown.length);
    const lines = columns(
        [
            ...(headers ? [shown.map((id) => paint("faint", id))] : []),
            ...rows.map((row) => shown.map((id) => cut(cell(row, id), limit(id)))),
        ],
        shown.map((id) => (isNumber(id) ? "right" : "left")),
    );
    const note =
        headers && hidden.length > 0
            ? ["", `not shown: ${hidden.join(", ")}`, "-o wide shows all columns"]
            : [];
    return [...lines, ...note].map((line) => `${line}\n`).join("");
}

/** The first columns that fit a line; at least one. */
function fitting(ids: readonly string[], lengthOf: (id: string) => number, width: number): readonly string[] {
    let used = -gap;
    const count = ids.findIndex((id) => {
        used += gap + lengthOf(id);
        return used > width;
    });
    return count === -1 ? ids : ids.slice(0, Math.max(1, count));
}

function cut(text: string, maxLength: number): string {
    return text.length > maxLength ? `${text.slice(0, maxLength - 1)}…` : text;
}

/** The number of objects of each kind, and the command that lists them. */
export function renderCounts(
    counts: readonly (readonly [kind: string, count: number])[],
    headers: boolean,
    { paint }: Page,
): string {
    const lines = columns(
        [
            ...(headers ? [["kind", "count"].map((each) => paint("faint", each))] : []),
            ...counts.map(([kind, count]) => [kind, String(count)]),
        ],
        ["left", "right"],
    );
    const hint = headers ? ["", "topology list queues lists the queues, with the same options"] : [];
    return [...lines, ...hint].map((line) => `${line}\n`).join("");
}

/** JSON or YAML for other programs. */
export function renderData(value: object, format: "json" | "yaml"): string {
    return format === "json"
        ? `${JSON.stringify(value, undefined, 4)}\n`
        : // Some YAML parsers refuse aliases. Folded lines are hard to search.
          stringify(value, { aliasDuplicateObjects: false, lineWidth: 0 });
}
