import type { DeathCause, FateEnd, FateStep, Hop } from "@spot-messaging/topology/broker";
import { unroutableText } from "@spot-messaging/topology/broker";
import { quoted } from "@spot-messaging/topology/text";
import type { Trace, TraceEnd } from "../commands/traceCommand.ts";
import { bindingText } from "./bindingText.ts";
import { exchangeText } from "./exchangeText.ts";
import type { Page, Paint } from "./paint.ts";
import { renderTree, type Tree } from "./tree.ts";
import { wrapText } from "./wrapText.ts";

/**
 * Draws the ways of a message from its exchange to its last ends, and says what is wrong with them.
 * @param quiet print only what is wrong
 */
export function renderTrace(trace: Trace, page: Page, quiet = false): string {
    const lines = [...(quiet ? [] : ways(trace, page)), ...verdict(trace, quiet, page)];
    return lines.map((each) => `${each}\n`).join("");
}

function ways(trace: Trace, { paint, width }: Page): readonly string[] {
    const { message, exchange, queues, unknown } = trace;
    const headers = Object.entries(message.headers).map(([key, value]) => `${key}=${JSON.stringify(value)}`);
    const root: Tree = {
        label: [
            `message with key "${message.routingKey}"`,
            ...(headers.length > 0 ? [`and headers ${headers.join(", ")}`] : []),
            `to ${paint("name", exchangeText(message.exchange))} (${exchange.type}) in vhost "${message.vhost}"`,
        ].join(" "),
        children:
            queues.length === 0
                ? [lost(exchange, paint)]
                : below(message.exchange, hopsOf(trace), trace, paint, deepest),
    };
    const notes = unknown.map(
        (name) =>
            `exchange "${name}" is of a plugin's type: which of its bindings take a message only the plugin knows, so all are shown`,
    );
    return [renderTree(root, width), ...notes.map((note) => paint("warning", wrapText(note, "", width)))];
}

/** What differs from what was expected; without expectation whether the message is unroutable, where the ways do not show it. */
function verdict(trace: Trace, quiet: boolean, { paint, width }: Page): readonly string[] {
    const { expectation, delivered, queues } = trace;
    const problems = expectation?.problems ?? [
        ...(delivered.length === 0 && (quiet || queues.length > 0)
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
        ? "the exchange is internal: the broker refuses what a client publishes to it"
        : 'no queue takes it: it is dropped, or returned to a publisher that set "mandatory"';
    return { label: paint("error", why), children: [] };
}

/** Every hop of every path, each once. */
function hopsOf({ paths }: Trace): readonly Hop[] {
    const hops = paths.flatMap((path) => path.hops);
    return [...new Map(hops.map((hop) => [JSON.stringify([hop.exchange, hop.to]), hop])).values()];
}

/** How many exchanges, one behind the other, are drawn: each is further to the right. */
const deepest = 50;

/** Shortest paths give each place one predecessor, so this is a tree. */
function below(
    exchange: string,
    hops: readonly Hop[],
    trace: Trace,
    paint: Paint,
    depth: number,
): readonly Tree[] {
    const onward = hops.filter((hop) => hop.exchange === exchange);
    if (depth === 0 && onward.length > 0) {
        return [{ label: paint("faint", "... and on; --json shows the whole way"), children: [] }];
    }
    return onward.map((hop) => {
        const { kind, name } = hop.to;
        const label = `${paint("faint", wayText(hop))} ${kind} ${paint("name", `"${name}"`)}`;
        return kind === "exchange"
            ? { label, children: below(name, hops, trace, paint, depth - 1) }
            : { label, children: endsOf(name, trace, paint) };
    });
}

function wayText({ via, binding, exchange }: Hop): string {
    if (via === "alternate") {
        return "no binding takes it, alternate exchange:";
    }
    return binding === undefined
        ? `by its name from ${exchangeText(exchange)}:`
        : `${bindingText(binding)} ->`;
}

const causeTexts: Readonly<Record<DeathCause, string>> = {
    rejected: "rejected",
    expired: "expired",
    delivery_limit: "delivery limit exceeded",
    maxlen: "queue full",
};

/** What goes wrong in a queue; causes with the same end share a line. */
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
    const keys = quoted(routingKeys) || "its key";
    const targets = quoted(to) || "no queue";
    return `"${queue}", ${causeTexts[cause]} -> ${exchangeText(exchange)} with ${keys} -> ${targets}`;
}

function endText(end: FateEnd, queue: string, paint: Paint): string {
    switch (end.kind) {
        case "queue":
            return end.names.length === 1 && end.names[0] === queue
                ? "it stays in the queue"
                : paint("good", `ends in ${quoted(end.names)}`);
        case "dropped":
            return paint("error", `dropped: ${end.reason}`);
        case "refused":
            return paint("warning", "new messages are rejected (basic.nack to the publisher)");
        case "kept":
            return paint("warning", "stays in its queue, out of reach, until its dead letters have a way");
        case "cycle":
            return paint(
                "error",
                `${end.dropped ? "dropped, since it would go in a circle" : "goes in a circle for ever"}: ${end.path.join(" -> ")}`,
            );
    }
}
