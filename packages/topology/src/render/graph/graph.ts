import type { Exchange, InVhost, Topology } from "../../model/index.ts";
import { effectiveSettings } from "../../settings/effective.ts";
import { nameIn } from "../document/naming.ts";
import { queueFacts } from "../document/queueFacts.ts";
import { type GraphEdge, graphEdges } from "./graphEdge.ts";
import { type GraphNode, type NodeKind, nodeId, queueDetails } from "./graphNode.ts";
import { type Mark, type Marks, markKey } from "./mark.ts";

export type { EdgeKind, GraphEdge } from "./graphEdge.ts";
export { type GraphNode, type NodeKind, nodeId } from "./graphNode.ts";

/** A topology as nodes and edges, for all renderers. Both lists are in a fixed order. */
export interface Graph {
    readonly nodes: readonly GraphNode[];
    readonly edges: readonly GraphEdge[];
}

/** The graph of a topology. For a change, pass marks for the objects that differ. */
export function graphOf(topology: Topology, marks: Marks = new Map()): Graph {
    const factsOf = queueFacts(topology);
    const settingsOf = effectiveSettings(topology);
    const facts = new Map(topology.queues.map((each) => [each, factsOf(each)]));
    const edges = graphEdges(
        topology,
        {
            alternateOf: (object) => {
                const { settings } = settingsOf(object);
                const value = settings.value("alternate-exchange");
                return typeof value === "string" ? value : undefined;
            },
            deadLettersOf: (queue) => facts.get(queue)?.deadLetters,
        },
        marks,
    );
    const declared = [
        ...topology.exchanges.map((each) =>
            node(
                "exchange",
                each,
                nameIn(topology, each),
                [exchangeDetail(each)],
                marks.get(markKey("exchanges", each)),
            ),
        ),
        ...topology.queues.map((each) =>
            node(
                "queue",
                each,
                nameIn(topology, each),
                queueDetails(each, facts.get(each) ?? {}),
                marks.get(markKey("queues", each)),
            ),
        ),
        ...topology.services.flatMap((each) =>
            (["sender", "receiver"] as const).map((kind) =>
                node(kind, each, nameIn(topology, each), [], marks.get(markKey("services", each))),
            ),
        ),
    ];
    return complete(topology, declared, edges);
}

/** The nodes that `isKept`, with their edges and neighbours. */
export function around(graph: Graph, isKept: (node: GraphNode) => boolean): Graph {
    const kept = new Set(graph.nodes.filter(isKept).map(({ id }) => id));
    const edges = graph.edges.filter(({ from, to }) => kept.has(from) || kept.has(to));
    const ends = new Set([...kept, ...edges.flatMap(({ from, to }) => [from, to])]);
    return { nodes: graph.nodes.filter(({ id }) => ends.has(id)), edges };
}

function node(
    kind: NodeKind,
    { vhost, name }: InVhost,
    shown: string,
    details: readonly string[],
    mark: Mark | undefined,
): GraphNode {
    return { id: nodeId(kind, vhost, name), kind, name: shown, details, ...(mark !== undefined && { mark }) };
}

function exchangeDetail({ type, internal }: Exchange): string {
    return internal ? `${type}, internal` : type;
}

const kinds: readonly NodeKind[] = ["sender", "exchange", "queue", "receiver"];

/** Leaves out services without edges, and adds nodes for objects that the topology does not declare, such as `amq.topic`. */
function complete(topology: Topology, declared: readonly GraphNode[], edges: readonly GraphEdge[]): Graph {
    const ends = new Set(edges.flatMap(({ from, to }) => [from, to]));
    const nodes = new Map(
        declared
            .filter(({ id, kind }) => kind === "exchange" || kind === "queue" || ends.has(id))
            .map((each) => [each.id, each]),
    );
    for (const id of ends) {
        if (!nodes.has(id)) {
            const [kind, vhost, name] = JSON.parse(id) as [NodeKind, string, string]; // written by nodeId
            nodes.set(id, {
                id,
                kind,
                name: nameIn(topology, { vhost, name }),
                details: ["not declared here"],
            });
        }
    }
    const order = [...nodes.values()].sort(
        (a, b) => kinds.indexOf(a.kind) - kinds.indexOf(b.kind) || (a.id < b.id ? -1 : 1),
    );
    return { nodes: order, edges };
}
