import { around, type Graph, type GraphNode } from "./graph/graph.ts";

/** An exchange with its publishers, the queues that it routes to, and their consumers. */
export interface Context {
    readonly exchange: GraphNode;
    readonly graph: Graph;
}

/** A part of the picture for each exchange, small enough to read. Together they show all message flows. */
export function contextsOf(graph: Graph): readonly Context[] {
    return graph.nodes
        .filter(({ kind }) => kind === "exchange")
        .map((exchange) => ({ exchange, graph: contextOf(graph, exchange) }));
}

function contextOf(graph: Graph, exchange: GraphNode): Graph {
    const own = around(graph, ({ id }) => id === exchange.id);
    const fed = new Set(
        own.edges.filter(({ from, kind }) => from === exchange.id && kind === "binding").map(({ to }) => to),
    );
    const readers = graph.edges.filter(
        ({ from, kind }) => fed.has(from) && (kind === "subscription" || kind === "inspection"),
    );
    const ends = new Set([...own.nodes.map(({ id }) => id), ...readers.map(({ to }) => to)]);
    const edges = new Set([...own.edges, ...readers]);
    return {
        nodes: graph.nodes.filter(({ id }) => ends.has(id)),
        edges: graph.edges.filter((each) => edges.has(each)),
    };
}
