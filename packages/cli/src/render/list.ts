import { shortened } from "@spot-messaging/topology/text";
import { stringify } from "yaml";
import type { Row } from "../list/column.ts";
import { columns } from "./columns.ts";
import type { Page } from "./paint.ts";

/** The maximum number of items of a list in a cell. The last one is the number of hidden items. */
const maxItems = 3;

/** A table with one line for each row. */
export function renderRows(
    rows: readonly Row[],
    ids: readonly string[],
    { headers, isWhole }: { readonly headers: boolean; readonly isWhole: boolean },
    { paint }: Page,
): string {
    const isNumber = (id: string): boolean => rows.some((row) => typeof row.get(id)?.value === "number");
    const cell = (row: Row, id: string): string => {
        const text = row.get(id)?.text ?? "-";
        if (typeof text === "string") {
            return text;
        }
        return text.length === 0 ? "-" : (isWhole ? text : shortened(text, maxItems)).join(", ");
    };
    return columns(
        [
            ...(headers ? [ids.map((id) => paint("faint", id))] : []),
            ...rows.map((row) => ids.map((id) => cell(row, id))),
        ],
        ids.map((id) => (isNumber(id) ? "right" : "left")),
    )
        .map((line) => `${line}\n`)
        .join("");
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
