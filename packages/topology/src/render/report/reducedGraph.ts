import { groupBy } from "../../lookup/groups.ts";
import type { StackReport } from "../../review/report/report.ts";
import { type Graph, type GraphEdge, type GraphNode, nodeId } from "../graph/graph.ts";
import { type Mark, markSigns } from "../graph/mark.ts";
import { changedGraph } from "./changedGraph.ts";
import { routeGraph } from "./routeGraph.ts";

/**
 * The part of a topology that changes: the routes as a comment draws them, all objects and arrows with a mark, and the neighbours of marked
 * queues and exchanges. Empty if nothing of this changes.
 */
export function reducedGraph(stack: StackReport): Graph {
    const routes = routeGraph(stack);
    const whole = changedGraph(stack);
    const marked = new Set(whole.nodes.filter(({ mark }) => mark !== undefined).map(({ id }) => id));
    const isService = new Map(
        whole.nodes.map(({ id, kind }) => [id, kind === "sender" || kind === "receiver"]),
    );
    const isContext = (id: string): boolean => marked.has(id) && isService.get(id) === false;
    const others = whole.edges
        .flatMap(splitByMark)
        .filter(({ mark, from, to }) => mark !== undefined || isContext(from) || isContext(to))
        .flatMap(withoutLabelsOf(routes.edges));
    const edges = [...routes.edges, ...others];
    const ends = new Set(edges.flatMap(({ from, to }) => [from, to]));
    const isRepeated = ({ kind, name }: GraphNode): boolean => {
        const [sender, receiver] = [nodeId("sender", "", name), nodeId("receiver", "", name)];
        return (
            (kind === "receiver" && (ends.has(sender) || marked.has(sender))) ||
            (kind === "sender" && ends.has(receiver))
        );
    };
    const known = new Set(whole.nodes.map(({ id }) => id));
    return {
        nodes: [
            // A service has one node as a sender and one as a receiver.
            ...whole.nodes.filter((each) => ends.has(each.id) || (marked.has(each.id) && !isRepeated(each))),
            ...routes.nodes.filter(({ id }) => !known.has(id)),
        ],
        edges,
    };
}

/** An edge without the labels that other edges between the same nodes show. Nothing remains of an edge without further labels. */
function withoutLabelsOf(others: readonly GraphEdge[]): (edge: GraphEdge) => readonly GraphEdge[] {
    const byPair = groupBy(others, pairOf);
    return (edge) => {
        const same = byPair.get(pairOf(edge));
        if (same === undefined) {
            return [edge];
        }
        const labels = edge.labels.filter((each) => !same.some((other) => other.labels.includes(each)));
        return labels.length === 0 ? [] : [{ ...edge, labels }];
    };
}

function pairOf({ from, to }: GraphEdge): string {
    return JSON.stringify([from, to]);
}

const signs = Object.entries(markSigns) as readonly (readonly [Mark, string])[]; // Object.entries widens the keys

/** An arrow with changed and unchanged labels as one arrow for each mark, so that each label has the line and colour of its own mark. */
function splitByMark(edge: GraphEdge): readonly GraphEdge[] {
    if (edge.mark !== "changed") {
        return [edge];
    }
    const { kind, from, to, labels } = edge;
    const marks = new Map(
        labels.map((label) => [label, signs.find(([, sign]) => label.startsWith(`${sign} `))?.[0]]),
    );
    const found = [...new Set(marks.values())];
    return found.every((mark) => mark === undefined)
        ? [edge]
        : found.map((mark) => ({
              kind,
              from,
              to,
              labels: labels.filter((each) => marks.get(each) === mark),
              ...(mark !== undefined && { mark }),
          }));
}
