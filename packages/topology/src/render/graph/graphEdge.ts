import { groupBy } from "../../lookup/groups.ts";
import { topologyIndex } from "../../lookup/topologyIndex.ts";
import type { Binding, ExchangeType, Queue, Topology } from "../../model/index.ts";
import type { DeadLetterHop } from "../../routing/deadLetters.ts";
import { compareText } from "../../text/names.ts";
import { shownValue } from "../../text/units.ts";
import { nodeId } from "./graphNode.ts";
import { type Mark, type Marks, markKey, signed } from "./mark.ts";

/** The meaning of an edge. */
export type EdgeKind =
    | "publication"
    /** A request whose sender waits for the reply. */
    | "call"
    /** A consumer publishes a failed message again. */
    | "retry"
    | "binding"
    | "subscription"
    /** A service reads without being a consumer. */
    | "inspection"
    | "deadLetter"
    /** An exchange sends unroutable messages to its alternate exchange. */
    | "alternate";

/** A message flow between two nodes. */
export interface GraphEdge {
    readonly kind: EdgeKind;
    readonly from: string;
    readonly to: string;
    /** Routing keys, each with the sign of its own mark. Empty if routing does not depend on keys. */
    readonly labels: readonly string[];
    /** The mark of the whole edge; "changed" if only some of its labels are marked. */
    readonly mark?: Mark;
}

/** Functions that find the edges which depend on effective settings. */
export interface EdgeSources {
    readonly alternateOf: (exchange: Topology["exchanges"][number]) => string | undefined;
    readonly deadLettersOf: (queue: Queue) => DeadLetterHop | undefined;
}

/** One message flow. Flows of one kind between the same two nodes become one edge. */
interface Strand extends Omit<GraphEdge, "labels"> {
    readonly label?: string;
}

/** All edges of a topology, sorted. */
export function graphEdges(topology: Topology, sources: EdgeSources, marks: Marks): readonly GraphEdge[] {
    return joined([
        ...serviceStrands(topology),
        ...bindingStrands(topology, marks),
        ...topology.exchanges.flatMap((each): readonly Strand[] => {
            const alternate = sources.alternateOf(each);
            const from = nodeId("exchange", each.vhost, each.name);
            return alternate === undefined
                ? []
                : [{ kind: "alternate", from, to: nodeId("exchange", each.vhost, alternate) }];
        }),
        ...topology.queues.flatMap((each) => deadLetterStrands(each, sources.deadLettersOf(each))),
    ]);
}

function serviceStrands(topology: Topology): readonly Strand[] {
    const { retryOf } = topologyIndex(topology);
    return topology.services.flatMap((service): readonly Strand[] => {
        const { vhost } = service;
        const sender = nodeId("sender", vhost, service.name);
        const receiver = nodeId("receiver", vhost, service.name);
        const toExchange = (kind: EdgeKind, exchange: string, label: string): Strand => ({
            kind,
            from: sender,
            to: nodeId("exchange", vhost, exchange),
            label,
        });
        const fromQueue = (kind: EdgeKind, queue: string): Strand => ({
            kind,
            from: nodeId("queue", vhost, queue),
            to: receiver,
        });
        return [
            ...service.publishes.map((each) => toExchange("publication", each.exchange, each.routingKey)),
            ...service.calls.map((each) => toExchange("call", each.exchange, each.routingKey)),
            ...service.consumes.flatMap(({ queue }) => {
                const retry = retryOf(vhost, queue);
                return retry?.mode === "exchange"
                    ? retry.routingKeys.map((key) => toExchange("retry", retry.exchange, key))
                    : [];
            }),
            ...service.consumes.map(({ queue }) => fromQueue("subscription", queue)),
            ...service.inspects.map((queue) => fromQueue("inspection", queue)),
        ];
    });
}

function bindingStrands({ exchanges, bindings }: Topology, marks: Marks): readonly Strand[] {
    const types = new Map(exchanges.map(({ vhost, name, type }) => [nodeId("exchange", vhost, name), type]));
    return bindings.map((each) => {
        const from = nodeId("exchange", each.vhost, each.source);
        const label = bindingLabel(each, types.get(from));
        const mark = marks.get(markKey("bindings", each));
        return {
            kind: "binding",
            from,
            to: nodeId(each.destinationType, each.vhost, each.destination),
            ...(label !== undefined && { label }),
            ...(mark !== undefined && { mark }),
        };
    });
}

/** What the exchange type routes by: arguments of a headers exchange, the key of others. */
function bindingLabel(each: Binding, type: ExchangeType | undefined): string | undefined {
    if (type === "fanout") {
        return undefined;
    }
    if (type === "headers") {
        return Object.entries(each.arguments)
            .map(([key, value]) => `${key}=${shownValue(value)}`)
            .join(", ");
    }
    return each.routingKey === "" ? "(empty key)" : each.routingKey;
}

function deadLetterStrands(queue: Queue, hop: DeadLetterHop | undefined): readonly Strand[] {
    if (hop === undefined) {
        return [];
    }
    const { vhost, name } = queue;
    const from = nodeId("queue", vhost, name);
    // The default exchange is not drawn: it routes each message to the queue that the key names.
    if (hop.exchange === "") {
        return hop.routingKeys.map((key) => ({ kind: "deadLetter", from, to: nodeId("queue", vhost, key) }));
    }
    const to = nodeId("exchange", vhost, hop.exchange);
    return hop.routingKeys.length === 0
        ? [{ kind: "deadLetter", from, to }]
        : hop.routingKeys.map((label) => ({ kind: "deadLetter", from, to, label }));
}

/** Joins all flows of one kind between two nodes, in a fixed order. */
function joined(strands: readonly Strand[]): readonly GraphEdge[] {
    const alike = groupBy(strands, ({ from, to, kind }) => JSON.stringify([from, to, kind]));
    return [...alike]
        .sort(([a], [b]) => compareText(a, b))
        .flatMap(([, group]) => group.slice(0, 1).map((first) => edgeOf(first, group)));
}

function edgeOf({ kind, from, to }: Strand, group: readonly Strand[]): GraphEdge {
    const [mark, ...others] = new Set(group.map((each) => each.mark));
    const shared = others.length === 0 ? mark : "changed";
    const labelled = group
        .flatMap(({ label, mark: own }) => (label === undefined ? [] : [{ label, own }]))
        .sort((a, b) => compareText(a.label, b.label));
    return {
        kind,
        from,
        to,
        labels: [...new Set(labelled.map(({ label, own }) => signed(label, own)))],
        ...(shared !== undefined && { mark: shared }),
    };
}
