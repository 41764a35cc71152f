import { conversationOf } from "./span.ts";
import { nodesOf, type TraceNode, type TraceTree } from "./traceTree.ts";

/** A trace as a tree of lines: the time since its begin, service, operation, duration, and what is special. */
export function renderTrace({ trace, roots, start, end }: TraceTree): string {
    const nodes = [...nodesOf(roots)];
    const services = new Set(nodes.map(({ span }) => span.service));
    const about = idOf(nodes);
    const head = `trace ${trace}${about === undefined ? "" : `, e-mail ${about}`}: ${nodes.length} spans, ${services.size} services, ${milliseconds(end - start)}`;
    return [head, ...roots.flatMap((root) => lines(root, start, "", ""))].join("\n");
}

function lines(node: TraceNode, start: number, first: string, next: string): readonly string[] {
    const { span, children } = node;
    const at = `+${milliseconds(span.start - start)}`.padStart(10);
    const line = `${at}  ${first}${span.service}  ${span.name}  ${details(node).join(", ")}`;
    return [
        line,
        ...children.flatMap((child, index) =>
            index === children.length - 1
                ? lines(child, start, `${next}└─ `, `${next}   `)
                : lines(child, start, `${next}├─ `, `${next}│  `),
        ),
    ];
}

/** The durations of a span, and how it ended if not as usual. */
export function details({ span, waited }: TraceNode): readonly string[] {
    const { attributes, start, end, failed } = span;
    const attempt = attributes["spot.attempt"];
    const outcome = attributes["spot.outcome"];
    const error = attributes["error.type"];
    return [
        milliseconds(end - start),
        ...(waited === undefined ? [] : [`waited ${milliseconds(waited)}`]),
        ...(typeof attempt === "number" && attempt > 1 ? [`attempt ${attempt}`] : []),
        ...(failed ? [`failed: ${String(error ?? "error")}`] : []),
        ...(typeof outcome === "string" && outcome !== "done" ? [`-> ${outcomes[outcome] ?? outcome}`] : []),
    ];
}

const outcomes: Readonly<Record<string, string>> = {
    requeue: "retry",
    delay: "delayed retry",
    dead_letter: "dead letter",
    release: "returned to the queue",
    expired: "expired",
};

/** The analysis of a trace: the conversation of its deliveries. */
export function idOf(nodes: readonly TraceNode[]): string | undefined {
    return nodes
        .filter(({ span }) => "spot.outcome" in span.attributes)
        .map(({ span }) => conversationOf(span))
        .find((id) => id !== undefined);
}

export function milliseconds(value: number): string {
    return value < 10_000
        ? `${value < 10 ? value.toFixed(1) : Math.round(value)} ms`
        : `${(value / 1000).toFixed(1)} s`;
}
