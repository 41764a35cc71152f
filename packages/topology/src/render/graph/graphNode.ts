import type { Queue } from "../../model/index.ts";
import type { QueueFacts } from "../document/queueFacts.ts";
import type { Mark } from "./mark.ts";

/**
 * A service stands twice where it both sends and receives: on the left, and on the right. So messages flow in one direction only, and no
 * arrow runs back across the picture.
 */
export type NodeKind = "sender" | "exchange" | "queue" | "receiver";

/** An exchange, a queue or a service in the graph. */
export interface GraphNode {
    readonly id: string;
    readonly kind: NodeKind;
    readonly name: string;
    /** What else is to be said of it, a line each. */
    readonly details: readonly string[];
    readonly mark?: Mark;
}

/** The identity of a node; services have no virtual host. */
export function nodeId(kind: NodeKind, vhost: string, name: string): string {
    return JSON.stringify(kind === "sender" || kind === "receiver" ? [kind, name] : [kind, vhost, name]);
}

/** What a box says of a queue besides its name: only what decides over a message. */
export function queueDetails({ type }: Queue, facts: QueueFacts): readonly string[] {
    const { bound, ttl, retry, priorities } = facts;
    return [
        bound === undefined ? type : `${type}, ${bound}`,
        ...(ttl === undefined ? [] : [type === "stream" ? `kept for ${ttl}` : `TTL ${ttl}`]),
        ...(retry === undefined ? [] : [retry]),
        ...(priorities === undefined ? [] : [priorities]),
    ];
}
