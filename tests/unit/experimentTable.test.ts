import { expect, it } from "vitest";
import { type Row, reportLines, rowsOf } from "../support/experimentTable.ts";

const rows: readonly Row[] = [
    {
        group: "Nodes",
        experiment: "a node that stops costs nothing",
        result: "holds",
        seconds: 185,
        figures: ["36 of 36 e-mails confirmed, 0 lost", "back after 1 s"],
        at: Date.UTC(2026, 10, 30, 9, 53),
    },
    {
        group: "Bad input",
        experiment: "a name with | in it",
        result: "fails",
        seconds: 0,
        figures: [],
        at: Date.UTC(2026, 10, 30, 23, 59),
    },
    {
        group: "RabbitMQ 4.3: nodes",
        experiment: "losing one of three nodes loses no confirmed message",
        fault: "kill -9 of the node with most leaders",
        result: "holds",
        seconds: 50,
        figures: ["0 lost"],
        at: Date.UTC(2026, 11, 1, 0, 0),
    },
];

it("reads the rows of an earlier run from the page, so that a part of the experiments renews only its rows", () => {
    const lines = reportLines(rows, [["versions", "RabbitMQ 4.3.6"]]);
    expect(rowsOf(lines.join("\n"))).toEqual(rows);
});
