import { table } from "../tables.ts";
import type { Account } from "./account.ts";

const shown = 20;

/** The account for people. */
export function renderAccount({
    submissions,
    ends,
    notifications,
    deadLetters,
    discrepancies,
}: Account): string {
    const blocks = [
        block(
            ["submissions", "count"],
            [
                ["confirmed", submissions.confirmed],
                ["unknown to the gateway", submissions.unknown],
                ["completed", ends.completed],
                ["failed", ends.failed],
                ["dead-lettered", ends.deadLettered],
                ["running", ends.running],
            ],
        ),
        block(
            ["notifications", "sent", "waiting", "dead-lettered", "repeated"],
            Object.entries(notifications).map(([channel, { sent, waiting, deadLettered, repeated }]) => [
                channel,
                sent,
                waiting,
                deadLettered,
                repeated,
            ]),
        ),
    ];
    const letters = Object.entries(deadLetters);
    if (letters.length > 0) {
        blocks.push(block(["parking queue", "messages"], letters));
    }
    return [...blocks, renderDiscrepancies(discrepancies)].join("\n\n");
}

function block(head: readonly string[], rows: readonly (readonly (string | number)[])[]): string {
    const drawn = table(
        [...head],
        head.map((_, column) => (column === 0 ? "left" : "right")),
    );
    for (const row of rows) {
        drawn.push([...row]);
    }
    return drawn.toString();
}

function renderDiscrepancies(discrepancies: Account["discrepancies"]): string {
    if (discrepancies.length === 0) {
        return "The account adds up: nothing is lost, duplicated, stuck or untrue";
    }
    const lines = discrepancies
        .slice(0, shown)
        .map(({ kind, id, sentence }) => `- ${kind}: analysis "${id}" ${sentence}`);
    const rest = discrepancies.length - lines.length;
    return [
        `${discrepancies.length} ${discrepancies.length === 1 ? "discrepancy" : "discrepancies"}:`,
        ...lines,
        ...(rest > 0 ? [`- ${rest} more; --json lists all`] : []),
    ].join("\n");
}
