import { shortened } from "@spot-messaging/topology/text";
import { stringify } from "yaml";
import type { Row } from "../list/column.ts";
import { columns } from "./columns.ts";
import type { Page } from "./paint.ts";

/** Of a list in a cell a narrow table shows this many items, the last of which says how many more there are. */
const maxItems = 3;

/** Rows below each other, a line each. */
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

/** How many there are of each kind, and how to see them. */
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

/** For machines. */
export function renderData(value: object, format: "json" | "yaml"): string {
    return format === "json"
        ? `${JSON.stringify(value, undefined, 4)}\n`
        : // Without aliases, which some readers of YAML refuse, and without folded lines.
          stringify(value, { aliasDuplicateObjects: false, lineWidth: 0 });
}
