import { conversationOf, type Span } from "./span.ts";

/** A span with what followed from it. */
export interface TraceNode {
    readonly span: Span;
    /** Milliseconds that the message waited in its queue before this delivery; `undefined` for other spans. */
    readonly waited: number | undefined;
    readonly children: readonly TraceNode[];
}

/** All spans of one e-mail or call. */
export interface TraceTree {
    readonly trace: string;
    readonly start: number;
    readonly end: number;
    /** One in a connected trace; more if a service did not export a span, or not yet. */
    readonly roots: readonly TraceNode[];
}

/**
 * The traces of some spans, in the order of their beginnings.
 * @param id - only the traces that contain this analysis
 */
export function buildTraces(spans: readonly Span[], id?: string): readonly TraceTree[] {
    const unique = new Map(spans.map((span) => [`${span.trace}/${span.id}`, span]));
    return [...groupBy(unique.values(), ({ trace }) => trace)]
        .filter(([, all]) => id === undefined || all.some((span) => conversationOf(span) === id))
        .map(([trace, all]) => buildTrace(trace, all))
        .sort((one, other) => one.start - other.start);
}

function buildTrace(trace: string, spans: readonly Span[]): TraceTree {
    const known = new Map(spans.map((span) => [span.id, span]));
    const sorted = [...spans].sort((one, other) => one.start - other.start);
    const children = groupBy(sorted, ({ parent }) => (known.has(parent ?? "") ? parent : null));
    const nodeOf = (span: Span): TraceNode => ({
        span,
        waited: waitingTime(span, known),
        children: (children.get(span.id) ?? []).map(nodeOf),
    });
    return {
        trace,
        start: Math.min(...sorted.map(({ start }) => start)),
        end: Math.max(...sorted.map(({ end }) => end)),
        roots: (children.get(null) ?? []).map(nodeOf),
    };
}

/** From the begin of the publish, because the broker can deliver before it confirms. */
function waitingTime({ kind, parent, start }: Span, known: ReadonlyMap<string, Span>): number | undefined {
    const publish = known.get(parent ?? "");
    return kind === "consumer" && publish?.kind === "producer"
        ? Math.max(0, start - publish.start)
        : undefined;
}

/** The nodes of a tree, each before its children. */
export function* nodesOf(roots: readonly TraceNode[], depth = 0): Generator<TraceNode & { depth: number }> {
    for (const node of roots) {
        yield { ...node, depth };
        yield* nodesOf(node.children, depth + 1);
    }
}

/** Whether a trace is about an e-mail, not only a call such as a status request. */
export function isOfMail({ roots }: TraceTree): boolean {
    return [...nodesOf(roots)].some(
        ({ span }) => span.kind === "consumer" && "spot.outcome" in span.attributes,
    );
}

function groupBy<Item, Key>(
    items: Iterable<Item>,
    keyOf: (item: Item) => Key,
): ReadonlyMap<Key, readonly Item[]> {
    const groups = new Map<Key, Item[]>();
    for (const item of items) {
        const key = keyOf(item);
        const group = groups.get(key);
        if (group === undefined) {
            groups.set(key, [item]);
        } else {
            group.push(item);
        }
    }
    return groups;
}
