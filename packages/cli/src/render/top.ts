import { formatDuration } from "@spot-messaging/topology";
import type { AlertSeverity, QueueReading, QueueState } from "@spot-messaging/topology/alerts";
import { compareText, counted, formatCount } from "@spot-messaging/topology/text";
import type { BrokerView } from "../input/brokerView.ts";
import { columns, gap } from "./columns.ts";
import type { Page, Style } from "./paint.ts";

const styles: Readonly<Record<AlertSeverity, Style>> = { critical: "error", warning: "warning" };

/** Marks, so that severities do not depend on colours. */
const marks: Readonly<Record<AlertSeverity, string>> = { critical: "!!", warning: "!" };

/**
 * A broker and its queues for a person: queues with problems first, then by service.
 * @param rows the maximum number of lines; other queues are counted. @default - unlimited
 */
export function renderTop(view: BrokerView, page: Page, rows = Infinity): string {
    const states = [...view.queues].sort(compareStates);
    const above = heading(view, page);
    const below = undeclaredLines(view);
    const room = rows - above.length - below.length - 3;
    const isCut = states.length > room;
    const shown = isCut ? states.slice(0, Math.max(room - 1, 1)) : states;
    const hidden = states.slice(shown.length);
    return [...above, "", ...queueLines(shown, page), ...(isCut ? [hiddenText(hidden)] : []), ...below].join(
        "\n",
    );
}

function heading({ endpoint, version, nodes, queues }: BrokerView, { paint }: Page): readonly string[] {
    const running = nodes.filter((each) => each.running).length;
    const sum = (count: (state: QueueState) => number): number =>
        queues.reduce((total, state) => total + count(state), 0);
    const problems = queues.flatMap((each) => each.problems);
    const painted = (severity: AlertSeverity, noun: string): readonly string[] => {
        const count = problems.filter((each) => each.severity === severity).length;
        return count === 0 ? [] : [paint(styles[severity], counted(count, noun))];
    };
    const found = [...painted("critical", "critical problem"), ...painted("warning", "warning")];
    return [
        `${paint("name", `RabbitMQ ${version}`)} at ${endpoint}: ${running} of ${nodes.length} ${nodes.length === 1 ? "node runs" : "nodes run"}`,
        ...nodes.filter((each) => !each.running).map(({ name }) => paint("error", `node "${name}" is down`)),
        ...nodes.flatMap(({ name, alarms }) =>
            alarms.map((alarm) =>
                paint("error", `node "${name}" has a ${alarm} alarm: all publishers are blocked`),
            ),
        ),
        `${formatCount(sum(({ reading }) => reading.ready))} ready, ${formatCount(sum(({ reading }) => reading.unacknowledged))} unacknowledged, ` +
            `${rate(sum(({ reading }) => reading.inRate))} in and ${rate(sum(({ reading }) => reading.outRate))} out a second; ` +
            (found.length === 0 ? paint("good", "no problems") : found.join(", ")),
    ];
}

interface Column {
    readonly title: string;
    readonly align: "left" | "right";
    readonly cell: (state: QueueState) => string;
}

/** A column with a number; "-" for a queue that does not exist. */
function number(title: string, format: (reading: QueueReading, state: QueueState) => string): Column {
    return {
        title,
        align: "right",
        cell: (state) => (state.reading.present ? format(state.reading, state) : "-"),
    };
}

function text(title: string, cell: Column["cell"]): Column {
    return { title, align: "left", cell };
}

const service = text("service", ({ queue }) => queue.owner ?? "-");
const unacknowledged = number("unacked", (reading) => formatCount(reading.unacknowledged));
const inRate = number("in/s", (reading) => rate(reading.inRate));
const outRate = number("out/s", (reading) => rate(reading.outRate));
const fill = number("full", (_reading, state) =>
    state.fill === undefined ? "-" : `${Math.floor(state.fill * 100)} %`,
);

const all: readonly Column[] = [
    text("", ({ problems: [worst] }) => (worst === undefined ? "" : marks[worst.severity])),
    service,
    text("queue", ({ queue }) => queue.name),
    number("ready", (reading) => formatCount(reading.ready)),
    unacknowledged,
    number("consumers", (reading) => formatCount(reading.consumers)),
    inRate,
    outRate,
    number("waits", ({ oldest }) => (oldest === 0 ? "-" : `≥ ${formatDuration(oldest)}`)),
    fill,
    text("", ({ problems }) => problems.map(({ alert }) => alert).join(", ")),
];

/** The columns that a narrow terminal leaves out, the least important first. */
const dispensable: readonly Column[] = [service, outRate, inRate, fill, unacknowledged];

/** The columns that fit into the width. */
function fitting(states: readonly QueueState[], width: number): readonly Column[] {
    const widthOf = ({ title, cell }: Column): number =>
        Math.max(title.length, ...states.map((state) => cell(state).length)) + gap;
    const dropped = dispensable.findIndex((_, index) => isNarrow(all.filter(without(index))));
    return all.filter(without(dropped === -1 ? dispensable.length : dropped));

    function without(index: number): (column: Column) => boolean {
        return (column) => !dispensable.slice(0, index).includes(column);
    }

    function isNarrow(some: readonly Column[]): boolean {
        return some.reduce((sum, column) => sum + widthOf(column), 0) - gap <= width;
    }
}

function queueLines(states: readonly QueueState[], { paint, width = Infinity }: Page): readonly string[] {
    const shown = fitting(states, width);
    return columns(
        [
            shown.map(({ title }) => marked("faint", title)),
            ...states.map((state) => {
                const severity = state.problems[0]?.severity;
                const cells = shown.map(({ cell }) => cell(state));
                return severity === undefined ? cells : cells.map((cell) => marked(styles[severity], cell));
            }),
        ],
        shown.map(({ align }) => align),
    );

    /** An empty cell stays empty, so that it is trimmed at the end of a line. */
    function marked(style: Style, cell: string): string {
        return cell === "" ? "" : paint(style, cell);
    }
}

function undeclaredLines({ undeclared }: BrokerView): readonly string[] {
    const names = undeclared.map(({ name, now }) => `"${name}" (${formatCount(now.ready)} ready)`);
    const maxNames = 5;
    const more = names.length > maxNames ? ` and ${names.length - maxNames} more` : "";
    return names.length === 0 ? [] : ["", `Undeclared queues: ${names.slice(0, maxNames).join(", ")}${more}`];
}

function hiddenText(hidden: readonly QueueState[]): string {
    const wrong = hidden.filter(({ problems }) => problems.length > 0).length;
    return `   and ${hidden.length} more queues, ${wrong === 0 ? "without problems" : `${wrong} of them with problems`}; --once shows all`;
}

const severities: readonly (AlertSeverity | undefined)[] = ["critical", "warning", undefined];

function compareStates(a: QueueState, b: QueueState): number {
    return (
        severities.indexOf(a.problems[0]?.severity) - severities.indexOf(b.problems[0]?.severity) ||
        compareText(a.queue.owner ?? "\uffff", b.queue.owner ?? "\uffff") ||
        compareText(a.queue.vhost, b.queue.vhost) ||
        compareText(a.queue.name, b.queue.name)
    );
}

const oneDigit = new Intl.NumberFormat("en-US", { minimumFractionDigits: 1, maximumFractionDigits: 1 });

function rate(value: number): string {
    return oneDigit.format(value);
}
