import Table from "cli-table3";
import type { Analysis } from "./mails/gateway.ts";
import type { Status } from "./status.ts";

/** An e-mail that was handed in, and what became of it. */
export interface AnalysedMail {
    readonly name: string;
    readonly id: string;
    /** `undefined`: no verdict came in time. */
    readonly analysis: Analysis | undefined;
}

const longestCell = 60;

function cell(text: string): string {
    const line = text.replace(/\s+/g, " ").trim();
    return line.length > longestCell ? `${line.slice(0, longestCell - 1)}…` : line;
}

/** Colour only where a terminal reads it. */
function table(head: string[]): Table.Table {
    return new Table({
        head,
        chars: { mid: "", "left-mid": "", "mid-mid": "", "right-mid": "" },
        ...(process.stdout.isTTY ? {} : { style: { head: [], border: [] } }),
    });
}

/** The queues that hold or should hold something: dead-letter queues stand in their work queue's row. */
export function renderQueues({ queues }: Status): string {
    const parked = new Map(queues.map(({ name, ready, unacknowledged }) => [name, ready + unacknowledged]));
    const rows = table(["queue", "ready", "unacknowledged", "consumers", "dead-lettered"]);
    for (const { name, ready, unacknowledged, consumers } of queues.filter(
        ({ name }) => !name.endsWith(".dlq"),
    )) {
        rows.push([name, ready, unacknowledged, consumers, parked.get(`${name}.dlq`) ?? "-"]);
    }
    return rows.toString();
}

export function renderMails(mails: readonly AnalysedMail[]): string {
    const rows = table(["e-mail", "subject", "verdict", "score", "because"]);
    for (const { name, analysis } of mails) {
        rows.push([
            cell(name),
            cell(analysis?.subject ?? ""),
            analysis?.verdict ?? analysis?.state ?? "none yet",
            analysis?.score ?? "",
            cell(analysis?.reasons?.[0] ?? ""),
        ]);
    }
    return rows.toString();
}
