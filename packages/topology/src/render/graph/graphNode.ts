import type { Queue } from "../../model/index.ts";
import type { QueueFacts } from "../document/queueFacts.ts";
import type { Mark } from "./mark.ts";

/**
 * A service that both sends and receives has two nodes, on the left and on the right, so that all messages flow from left to right.
 */
export type NodeKind = "sender" | "exchange" | "queue" | "receiver";

/** An exchange, a queue or a service in the graph. */
export interface GraphNode {
    readonly id: string;
    readonly kind: NodeKind;
    readonly name: string;
    /** Further lines below the name. */
    readonly details: readonly string[];
    readonly mark?: Mark;
}

/** The identity of a node. Services have no virtual host here. */
export function nodeId(kind: NodeKind, vhost: string, name: string): string {
    return JSON.stringify(kind === "sender" || kind === "receiver" ? [kind, name] : [kind, vhost, name]);
}

/** The lines of a queue below its name: type, limits, TTL, retries and priorities. */
export function queueDetails({ type }: Queue, facts: QueueFacts): readonly string[] {
    const { bound, ttl, retry, priorities } = facts;
    return [
        bound === undefined ? type : `${type}, ${bound}`,
        ...(ttl === undefined ? [] : [type === "stream" ? `kept for ${ttl}` : `TTL ${ttl}`]),
        ...(retry === undefined ? [] : [retry]),
        ...(priorities === undefined ? [] : [priorities]),
    ];
}
