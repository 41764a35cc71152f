import type { DeathCause, FateEnd, FateStep, Hop, Transfer } from "@spot-messaging/topology/broker";
import { unroutableText } from "@spot-messaging/topology/broker";
import { bindingText, quoted } from "@spot-messaging/topology/text";
import { exclusiveText } from "../commands/namedObject.ts";
import type { Trace, TraceEnd } from "../commands/traceCommand.ts";
import { exchangeText } from "./exchangeText.ts";
import type { Page, Paint } from "./paint.ts";
import { renderTree, type Tree } from "./tree.ts";
import { wrapText } from "./wrapText.ts";

/**
 * Draws the routes of a message from its exchange to its queues, what happens to its dead letters, and the problems of the trace.
 * @param quiet print only the problems
 */
export function renderTrace(trace: Trace, page: Page, quiet = false): string {
    const lines = [...(quiet ? [] : routeLines(trace, page)), ...verdict(trace, quiet, page)];
    return lines.map((each) => `${each}\n`).join("");
}

function routeLines(trace: Trace, { paint, width }: Page): readonly string[] {
    const { message, exchange, queues } = trace;
    const headers = Object.entries(message.headers).map(([key, value]) => `${key}=${JSON.stringify(value)}`);
    const root: Tree = {
        label: [
            `message with routing key "${message.routingKey}"`,
            ...(headers.length > 0 ? [`and headers ${headers.join(", ")}`] : []),
            `to ${paint("name", exchangeText(message.exchange))} (${exchange.type}) in vhost "${message.vhost}"`,
        ].join(" "),
        children:
            queues.length === 0 && trace.leaving.length === 0
                ? [lost(exchange, paint)]
                : below(message.exchange, hopsOf(trace), trace, paint, maxDepth),
    };
    return [
        renderTree(root, width),
        ...notes(trace).map((note) => paint("warning", wrapText(note, "", width))),
    ];
}

/** What the routes do not show of exchanges with a plugin's type. */
function notes({ unknown, choices, arrivals, notes: others }: Trace): readonly string[] {
    return [
        ...unknown.map(
            (name) =>
                `exchange "${name}" has a plugin's type: only the plugin knows which bindings match, so all are shown`,
        ),
        ...choices.map(
            ({ exchange, how, to }) =>
                `exchange "${exchange}" sends each message to one of ${to.length} destinations, chosen ${how}: ${to.map(({ kind, name }) => `${kind} "${name}"`).join(", ")}`,
        ),
        ...arrivals.map(
            ({ link, name, from, to }) =>
                `${to.kind} "${to.name}" also receives from ${link} "${name}": ${from}`,
        ),
        ...others.map(({ exchange, note }) => `exchange "${exchange}" ${note}`),
    ];
}

/** What differs from what was expected; without expectation whether the message is unroutable, where the ways do not show it. */
function verdict(trace: Trace, quiet: boolean, { paint, width }: Page): readonly string[] {
    const { expectation, delivered, leaving, queues } = trace;
    const problems = expectation?.problems ?? [
        ...(delivered.length === 0 && leaving.length === 0 && (quiet || queues.length > 0)
            ? [`unroutable: ${unroutableText(trace)}`]
            : []),
    ];
    const isMet = expectation !== undefined && problems.length === 0 && !quiet;
    return [
        ...problems.map((each) => paint("error", wrapText(each, "", width))),
        ...(isMet ? [paint("good", "as expected")] : []),
    ];
}

function lost(exchange: Trace["exchange"], paint: Paint): Tree {
    const why = exchange.internal
        ? "the exchange is internal: clients cannot publish to it (403)"
        : 'unroutable: it is dropped, or returned to a publisher that sets "mandatory"';
    return { label: paint("error", why), children: [] };
}

/** All hops of all paths, without duplicates. */
function hopsOf({ paths, leaving }: Trace): readonly Hop[] {
    const hops = [...paths, ...leaving].flatMap((path) => path.hops);
    return [...new Map(hops.map((hop) => [JSON.stringify([hop.exchange, hop.to]), hop])).values()];
}

/** The maximum number of exchanges in a row; each is indented further. */
const maxDepth = 50;

/** The paths are shortest paths, so each node has one predecessor, and the result is a tree. */
function below(
    exchange: string,
    hops: readonly Hop[],
    trace: Trace,
    paint: Paint,
    depth: number,
): readonly Tree[] {
    const onward = hops.filter((hop) => hop.exchange === exchange);
    if (depth === 0 && onward.length > 0) {
        return [{ label: paint("faint", "...; --json shows the whole route"), children: [] }];
    }
    return onward.map((hop) => {
        const { kind, name } = hop.to;
        const isChosen = trace.choices.some((choice) => choice.exchange === exchange);
        const before = `${isChosen ? "one of: " : ""}${hopText(hop)}`;
        const label = `${paint("faint", before)} ${kind} ${paint("name", `"${name}"`)}`;
        switch (kind) {
            case "exchange":
                return { label, children: below(name, hops, trace, paint, depth - 1) };
            case "shovel":
                return { label, children: transfersOf("exchange", exchange, trace, paint) };
            case "queue":
                return {
                    label: trace.exclusive.includes(name) ? `${label} (${exclusiveText})` : label,
                    children: [...transfersOf("queue", name, trace, paint), ...endsOf(name, trace, paint)],
                };
        }
    });
}

function hopText({ via, binding, exchange }: Hop): string {
    if (via === "alternate") {
        return "no matching binding, alternate exchange:";
    }
    return binding === undefined ? `${exchangeText(exchange)}, by queue name:` : `${bindingText(binding)} ->`;
}

/** Where shovels take the message from a queue or an exchange, and from there. */
function transfersOf(
    kind: Transfer["from"]["kind"],
    name: string,
    { transfers, message }: Trace,
    paint: Paint,
): readonly Tree[] {
    const after = (from: Omit<Transfer["from"], "kind">, seen: readonly Transfer[]): readonly Tree[] =>
        transfers
            .filter(
                (each) =>
                    each.from.vhost === from.vhost &&
                    each.from.name === from.name &&
                    each.from.kind === (seen.length === 0 ? kind : "queue") &&
                    !seen.includes(each),
            )
            .map((each) => ({
                label: transferText(each, paint),
                children: (each.queues ?? []).flatMap((queue) =>
                    after({ vhost: each.to?.vhost ?? "", name: queue }, [...seen, each]),
                ),
            }));
    return after({ vhost: message.vhost, name }, []);
}

function transferText({ shovel, broker, to, queues }: Transfer, paint: Paint): string {
    const start = `shovel "${shovel.name}"`;
    if (broker !== undefined) {
        const address =
            to === undefined
                ? ""
                : to.exchange === ""
                  ? `, to queue "${to.routingKey}"`
                  : `, to exchange "${to.exchange}" with routing key "${to.routingKey}"`;
        return paint("good", `${start} takes it to ${broker}${address}`);
    }
    const where = `vhost "${to?.vhost ?? ""}"`;
    if (queues === undefined || queues.length === 0) {
        const problem = `exchange "${to?.exchange ?? ""}" in ${where} with routing key "${to?.routingKey ?? ""}", where no queue receives it`;
        return paint("error", `${start} takes it to ${problem}`);
    }
    return paint("good", `${start} takes it to ${quoted(queues)} in ${where}`);
}

const causeTexts: Readonly<Record<DeathCause, string>> = {
    rejected: "rejected",
    expired: "expired",
    delivery_limit: "delivery limit exceeded",
    maxlen: "queue full",
};

/** What happens to messages that are dead-lettered. Causes with the same end share a line. */
function endsOf(queue: string, { ends }: Trace, paint: Paint): readonly Tree[] {
    const groups = new Map<string, TraceEnd[]>();
    for (const each of ends.filter((end) => end.queue === queue)) {
        const key = JSON.stringify([
            each.end,
            each.steps.map((step, index) => ({ ...step, cause: index === 0 ? "" : step.cause })),
        ]);
        groups.set(key, [...(groups.get(key) ?? []), each]);
    }
    return [...groups.values()].flatMap(([first, ...others]) =>
        first === undefined
            ? []
            : [
                  {
                      label: `${[first, ...others].map(({ cause }) => causeTexts[cause]).join(", ")}: ${endText(first.end, queue, paint)}`,
                      children: first.steps
                          .filter(({ exchange }) => exchange !== undefined)
                          .map((step) => ({
                              label: stepText(step),
                              children: [],
                          })),
                  },
              ],
    );
}

function stepText({ queue, cause, exchange = "", routingKeys, to }: FateStep): string {
    const keys = quoted(routingKeys) || "its routing key";
    const targets = quoted(to) || "no queue";
    return `"${queue}", ${causeTexts[cause]} -> ${exchangeText(exchange)} with ${keys} -> ${targets}`;
}

function endText(end: FateEnd, queue: string, paint: Paint): string {
    switch (end.kind) {
        case "queue":
            return end.names.length === 1 && end.names[0] === queue
                ? "stays in the queue"
                : paint("good", `dead-lettered to ${quoted(end.names)}`);
        case "dropped":
            return paint("error", `dropped: ${end.reason}`);
        case "refused":
            return paint("warning", "new messages are rejected (basic.nack to the publisher)");
        case "kept":
            return paint(
                "warning",
                "stays in the queue without being delivered, until its dead-letter exchange routes it",
            );
        case "cycle":
            return paint(
                "error",
                `${end.dropped ? "dropped, because it would be dead-lettered in a cycle" : "dead-lettered in an endless cycle"}: ${end.path.join(" -> ")}`,
            );
    }
}
