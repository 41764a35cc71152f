import Table from "cli-table3";
import type { Access } from "./access.ts";
import { renderCauses } from "./diagnosis/cause.ts";
import type { Analysis } from "./mails/gateway.ts";
import type { Status } from "./status.ts";

/** A submitted e-mail with its analysis. */
export interface AnalysedMail {
    readonly name: string;
    /** `undefined`: the gateway refused it. */
    readonly id: string | undefined;
    /** Why the gateway refused it. */
    readonly refusal?: string;
    /** `undefined`: no verdict in time. */
    readonly analysis: Analysis | undefined;
}

const longestCell = 60;

function cell(text: string): string {
    const line = text.replace(/\s+/g, " ").trim();
    return line.length > longestCell ? `${line.slice(0, longestCell - 1)}…` : line;
}

/** No lines between cells: a table looks like one of `topology top` and `topology list`. */
const noLines = Object.fromEntries(
    ["top", "bottom", "left", "right", "mid"]
        .flatMap((side) => [side, `${side}-mid`, `${side}-left`, `${side}-right`])
        .map((place) => [place, ""]),
);

/** An empty table. Titles are faint where a terminal shows them. */
export function table(head: string[], align: Table.HorizontalAlignment[]): Table.Table {
    return new Table({
        head,
        colAligns: align,
        chars: { ...noLines, middle: "  " },
        style: {
            head: process.stdout.isTTY ? ["gray"] : [],
            border: [],
            "padding-left": 0,
            "padding-right": 0,
        },
    });
}

/** The queues with messages or consumers; a dead-letter queue is part of its work queue's row. */
export function renderQueues({ queues }: Status): string {
    const parked = new Map(queues.map(({ name, ready, unacknowledged }) => [name, ready + unacknowledged]));
    const rows = table(
        ["queue", "ready", "unacknowledged", "consumers", "dead-lettered"],
        ["left", "right", "right", "right", "right"],
    );
    for (const { name, ready, unacknowledged, consumers } of queues.filter(
        ({ name }) => !name.endsWith(".dlq"),
    )) {
        rows.push([name, ready, unacknowledged, consumers, parked.get(`${name}.dlq`) ?? "-"]);
    }
    return rows.toString();
}

export function renderMails(mails: readonly AnalysedMail[]): string {
    const rows = table(
        ["e-mail", "subject", "verdict", "score", "because"],
        ["left", "left", "left", "right", "left"],
    );
    for (const { name, refusal, analysis } of mails) {
        rows.push([
            cell(name),
            cell(analysis?.subject ?? ""),
            refusal === undefined ? (analysis?.verdict ?? analysis?.state ?? "none yet") : "refused",
            analysis?.score ?? "",
            cell(refusal ?? analysis?.reasons?.[0] ?? ""),
        ]);
    }
    return rows.toString();
}

/** What runs and how full it is, as `npm run status` shows it. */
export function renderStatus(status: Status, access: Access, passwordHint: string): string {
    const { broker, analyses, problems = [] } = status;
    const { submitted, completed, failed, deadLettered } = analyses;
    return [
        renderQueues(status),
        "",
        `RabbitMQ ${broker.version}, nodes running: ${broker.nodes}`,
        `analyses: ${submitted} submitted, ${completed} completed, ${failed} failed; ${deadLettered} messages dead-lettered`,
        renderAccess(access, passwordHint),
        ...(problems.length === 0 ? [] : ["", renderCauses(problems)]),
    ].join("\n");
}

/** Where to look, and as whom. */
export function renderAccess(
    { managementEndpoint, administrator, gatewayUrl, tokens }: Access,
    passwordHint: string,
): string {
    const token = Object.values(tokens ?? {})[0];
    return [
        `management page  ${new URL(managementEndpoint).href}  (user ${administrator.username}, password ${passwordHint})`,
        ...(gatewayUrl == null
            ? []
            : [
                  `upload page      ${new URL(gatewayUrl).href}${token === undefined ? "" : `  (token ${passwordHint})`}`,
                  `submit e-mails   curl ${token === undefined ? "" : '-H "Authorization: Bearer $TOKEN" '}--data-binary @mail.eml ${gatewayUrl}/analyses`,
              ]),
    ].join("\n");
}
