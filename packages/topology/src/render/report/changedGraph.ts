import { type Topology } from "../../model/index.ts";
import { type ChangedObject, objectId } from "../../review/compare/change.ts";
import { bindingObject } from "../../review/compare/comparedObject.ts";
import type { StackReport } from "../../review/report/report.ts";
import { redactValue } from "../../text/redaction.ts";
import { type Graph, type GraphEdge, type GraphNode, graphOf } from "../graph/graph.ts";
import { type Mark, type Marks, markKey, signed } from "../graph/mark.ts";

/** The topology before and after in one graph, with all differences marked and without secrets. */
export function changedGraph({ before, after, review }: StackReport): Graph {
    const marks = marksOf(review, before, after);
    const [was, is] = [graphOf(before, marks), graphOf(after, marks)];
    return redactValue({ nodes: joinedNodes(was, is), edges: joinedEdges(was, is) });
}

/** The marks of drawn objects. A changed setting marks its queue or exchange, because policies are not drawn. */
function marksOf({ changes, settings }: StackReport["review"], before: Topology, after: Topology): Marks {
    const actions = new Map(changes.map(({ object, action }) => [objectId(object), action]));
    const isSet = new Set(settings.map(({ kind, vhost, name }) => objectId({ kind, vhost, name })));
    const markOf = (object: ChangedObject): Mark | undefined => {
        const id = objectId(object);
        switch (actions.get(id)) {
            case "replace":
                return "replaced";
            case "delete":
                return "removed";
            case "create":
                return "added";
            case "update":
                return "changed";
            case undefined:
                return isSet.has(id) ? "changed" : undefined;
        }
    };
    const marks = [before, after].flatMap(({ exchanges, queues, bindings, services }) => [
        ...exchanges.map(
            (each) => [markKey("exchanges", each), markOf({ ...each, kind: "exchange" })] as const,
        ),
        ...queues.map((each) => [markKey("queues", each), markOf({ ...each, kind: "queue" })] as const),
        ...bindings.map((each) => [markKey("bindings", each), markOf(bindingObject(each))] as const),
        ...services.map((each) => [markKey("services", each), markOf({ ...each, kind: "service" })] as const),
    ]);
    return new Map(marks.flatMap(([key, mark]) => (mark === undefined ? [] : [[key, mark] as const])));
}

/**
 * Each node as it is after the change, and deleted nodes as they were before. A deleted object that is still used has a node without
 * declaration after the change: then the marked node counts.
 */
function joinedNodes(was: Graph, is: Graph): readonly GraphNode[] {
    const nodes = new Map(was.nodes.map((each) => [each.id, each]));
    for (const each of is.nodes) {
        if (each.mark !== undefined || nodes.get(each.id)?.mark === undefined) {
            nodes.set(each.id, each);
        }
    }
    return [...nodes.values()].sort(byKindAndId);
}

const kinds: readonly GraphNode["kind"][] = ["sender", "exchange", "queue", "receiver"];

function byKindAndId(a: GraphNode, b: GraphNode): number {
    return kinds.indexOf(a.kind) - kinds.indexOf(b.kind) || (a.id < b.id ? -1 : 1);
}

function joinedEdges(was: Graph, is: Graph): readonly GraphEdge[] {
    const [old, now] = [byKey(was), byKey(is)];
    return [...new Set([...old.keys(), ...now.keys()])]
        .sort()
        .flatMap((key) => joinedEdge(old.get(key), now.get(key)) ?? []);
}

function byKey({ edges }: Graph): ReadonlyMap<string, GraphEdge> {
    return new Map(edges.map((each) => [JSON.stringify([each.from, each.to, each.kind]), each]));
}

/** Bindings have marks of their own. Other edges are marked by comparing both graphs. */
function joinedEdge(was: GraphEdge | undefined, is: GraphEdge | undefined): GraphEdge | undefined {
    if (was === undefined || is === undefined) {
        const [edge, mark] = is === undefined ? [was, "removed" as const] : [is, "added" as const];
        return edge === undefined || edge.mark !== undefined
            ? edge
            : { ...edge, mark, labels: edge.labels.map((each) => signed(each, mark)) };
    }
    const isBinding = is.kind === "binding";
    const only = (some: GraphEdge, others: GraphEdge, mark: Mark): readonly string[] =>
        some.labels
            .filter((each) => !others.labels.includes(each))
            .map((each) => (isBinding ? each : signed(each, mark)));
    const labels = [
        ...only(was, is, "removed"),
        ...only(is, was, "added"),
        ...is.labels.filter((each) => was.labels.includes(each)),
    ];
    const isChanged =
        labels.length > is.labels.length || was.labels.length < is.labels.length || was.mark !== is.mark;
    const mark = isChanged ? "changed" : is.mark;
    return { ...is, labels, ...(mark !== undefined && { mark }) };
}
