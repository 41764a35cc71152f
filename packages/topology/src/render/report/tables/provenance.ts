import type { Origin, Report } from "../../../review/report/report.ts";
import { name, type Phrase, words } from "../phrase.ts";
import type { ReportTable } from "./reportTable.ts";

/** How to make the report again, and the hashes to compare with what is deployed. */
export function provenanceTable({ provenance, stacks }: Report): ReportTable {
    const { base, head, tool, command } = provenance;
    const hashes = stacks.flatMap(({ stack, hashes: { before, after } }): readonly (readonly Phrase[])[] => [
        ...(before === undefined ? [] : [[words(`hash of ${stack} before`), name(before)]]),
        ...(after === undefined ? [] : [[words(`hash of ${stack} after`), name(after)]]),
    ]);
    return {
        title: "How to reproduce this review",
        noun: ["line", "lines"],
        head: ["what", "value"],
        rows: [
            [words("base"), originText(base)],
            [words("head"), originText(head)],
            [words("tool"), words(tool)],
            [words("command"), name(command)],
            ...hashes,
        ],
        prominent: 0,
    };
}

function originText({ name: given, commit }: Origin): Phrase {
    return commit === undefined ? name(given) : [...name(given), ...words(", commit "), ...name(commit)];
}
