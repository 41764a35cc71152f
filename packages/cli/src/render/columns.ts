import Table from "cli-table3";

/** Rows whose cells stand below each other, without lines: those would outweigh the text. @default align - all to the left */
export function columns(
    rows: readonly (readonly string[])[],
    align: readonly ("left" | "right")[] = [],
): readonly string[] {
    const table = new Table({
        chars: {
            top: "",
            "top-mid": "",
            "top-left": "",
            "top-right": "",
            bottom: "",
            "bottom-mid": "",
            "bottom-left": "",
            "bottom-right": "",
            left: "",
            "left-mid": "",
            mid: "",
            "mid-mid": "",
            right: "",
            "right-mid": "",
            middle: "  ",
        },
        style: { head: [], border: [], "padding-left": 0, "padding-right": 0 },
        colAligns: [...align],
    });
    table.push(...rows.map((row) => [...row]));
    return table
        .toString()
        .split("\n")
        .map((line) => line.trimEnd());
}
