import type { Origin, Report } from "../../../review/report/report.ts";
import { name, type Phrase, words } from "../phrase.ts";
import type { ReportTable } from "./reportTable.ts";

/** Where the report comes from, and what it is of: to be made again, and to be compared with what is applied. */
export function provenanceTable({ provenance, stacks }: Report): ReportTable {
    const { base, head, tool, command } = provenance;
    const hashes = stacks.flatMap(({ stack, hashes: { before, after } }): readonly (readonly Phrase[])[] => [
        ...(before === undefined ? [] : [[words(`hash of ${stack} before`), name(before)]]),
        ...(after === undefined ? [] : [[words(`hash of ${stack} after`), name(after)]]),
    ]);
    return {
        title: "Where this comes from",
        noun: ["line", "lines"],
        head: ["what", "value"],
        rows: [
            [words("base"), originText(base)],
            [words("head"), originText(head)],
            [words("made by"), words(tool)],
            [words("the same again"), name(command)],
            ...hashes,
        ],
        prominent: 0,
    };
}

function originText({ name: given, commit }: Origin): Phrase {
    return commit === undefined ? name(given) : [...name(given), ...words(", commit "), ...name(commit)];
}
