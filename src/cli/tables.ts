import Table from "cli-table3";
import type { Analysis } from "./mails/gateway.ts";
import type { Status } from "./status.ts";

/** A submitted e-mail with its analysis. */
export interface AnalysedMail {
    readonly name: string;
    readonly id: string;
    /** `undefined`: no verdict in time. */
    readonly analysis: Analysis | undefined;
}

const longestCell = 60;

function cell(text: string): string {
    const line = text.replace(/\s+/g, " ").trim();
    return line.length > longestCell ? `${line.slice(0, longestCell - 1)}…` : line;
}

/** Colours only on a terminal. */
function table(head: string[]): Table.Table {
    return new Table({
        head,
        chars: { mid: "", "left-mid": "", "mid-mid": "", "right-mid": "" },
        ...(process.stdout.isTTY ? {} : { style: { head: [], border: [] } }),
    });
}

/** The queues with messages or consumers; a dead-letter queue is part of its work queue's row. */
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
