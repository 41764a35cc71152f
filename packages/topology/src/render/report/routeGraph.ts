import type { Change } from "../../review/compare/change.ts";
import type { RouteChange } from "../../review/compare/routes/routingDiff.ts";
import type { StackReport } from "../../review/report/report.ts";
import { redactValue } from "../../text/redaction.ts";
import {
    type EdgeKind,
    type Graph,
    type GraphEdge,
    type GraphNode,
    type NodeKind,
    nodeId,
} from "../graph/graph.ts";
import { type Mark, signed } from "../graph/mark.ts";

/** The routes that change: each publisher, its exchange, and the queues before and after. */
export function routeGraph({ review: { routing, changes } }: Pick<StackReport, "review">): Graph {
    const marks = new Map(
        changes.flatMap(({ object: { kind, vhost, name }, action }) =>
            kind === "queue" || kind === "exchange"
                ? [[nodeId(kind, vhost, name), markOf(action)] as const]
                : [],
        ),
    );
    const nodes = new Map<string, GraphNode>();
    const edges = new Map<string, GraphEdge>();
    const node = (kind: NodeKind, vhost: string, name: string): string => {
        const id = nodeId(kind, vhost, name);
        const mark = marks.get(id);
        const shown = name === "" ? "default exchange" : name;
        nodes.set(id, { id, kind, name: shown, details: [], ...(mark !== undefined && { mark }) });
        return id;
    };
    const edge = (kind: EdgeKind, from: string, to: string, label: string, mark?: Mark): void => {
        const key = JSON.stringify([kind, from, to, mark ?? null]);
        const labels = [...new Set([...(edges.get(key)?.labels ?? []), signed(label, mark)])];
        edges.set(key, { kind, from, to, labels, ...(mark !== undefined && { mark }) });
    };
    for (const route of shownRoutes(routing)) {
        const { vhost, exchange, routingKey, uses, before, after, kind } = route;
        const middle = node("exchange", vhost, exchange);
        for (const name of sendersOf(uses)) {
            edge("publication", node("sender", vhost, name), middle, routingKey);
        }
        for (const name of before.queues) {
            const isLost = !after.queues.includes(name);
            edge("binding", middle, node("queue", vhost, name), routingKey, isLost ? "removed" : undefined);
        }
        for (const name of after.queues.filter((each) => !before.queues.includes(each))) {
            const isAlternate = kind === "parked";
            edge(
                isAlternate ? "alternate" : "binding",
                middle,
                node("queue", vhost, name),
                routingKey,
                "added",
            );
        }
    }
    return redactValue({ nodes: [...nodes.values()], edges: [...edges.values()] });
}

function markOf(action: Change["action"]): Mark {
    switch (action) {
        case "create":
            return "added";
        case "delete":
            return "removed";
        case "replace":
            return "replaced";
        case "update":
            return "changed";
    }
}

/** The routes that matter most: those with a consequence, or else those of services. */
function shownRoutes(routing: readonly RouteChange[]): readonly RouteChange[] {
    const costly = routing.filter(({ consequence }) => consequence !== "none");
    const published = routing.filter(({ uses }) => sendersOf(uses).length > 0);
    return costly.length > 0 ? costly : published.length > 0 ? published : routing;
}

/** The services in the uses of a route. */
function sendersOf(uses: readonly string[]): readonly string[] {
    return [
        ...new Set(uses.flatMap((use) => /^service "(.*)" (?:publishes|requests) "/u.exec(use)?.[1] ?? [])),
    ];
}
