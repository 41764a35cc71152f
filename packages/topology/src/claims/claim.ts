import type { Arguments } from "../model/index.ts";

/** What a claim promises. */
export type ClaimKind = Claim["kind"];

interface OfQueue {
    readonly vhost: string;
    readonly queue: string;
    /** The promise, as a sentence that names the queue. */
    readonly sentence: string;
}

interface OfExchange {
    readonly vhost: string;
    readonly exchange: string;
    /** The promise, as a sentence that names the exchange. */
    readonly sentence: string;
}

/** Losing any one node loses no confirmed message, and the queue or stream stays available. */
export interface SurvivesNode extends OfQueue {
    readonly kind: "survivesNode";
    readonly type: "quorum" | "stream";
    readonly members: number;
}

/** The queue is on one node, or needs all of its nodes: it is unavailable while a node is down. */
export interface WaitsForNode extends OfQueue {
    readonly kind: "waitsForNode";
    readonly type: "classic" | "quorum" | "stream";
}

/** A full queue nacks new messages, and keeps what it has. */
export interface RefusesWhenFull extends OfQueue {
    readonly kind: "refusesWhenFull";
}

/** A full queue removes its oldest messages: to other queues, or for good. */
export interface DropsOldest extends OfQueue {
    readonly kind: "dropsOldest";
    /** The queues that get what it removes. Empty: the messages are lost. */
    readonly to: readonly string[];
}

/** While a dead-letter queue is full or unavailable, the dead letters wait in their own queue. */
export interface KeepsDeadLetters extends OfQueue {
    readonly kind: "keepsDeadLetters";
    readonly to: readonly string[];
}

/** A message that waits too long is removed within a second: to other queues, or for good. */
export interface Expires extends OfQueue {
    readonly kind: "expires";
    readonly milliseconds: number;
    readonly to: readonly string[];
}

/** A message that a consumer rejects goes to other queues, or is removed for good. */
export interface DeadLettersRejected extends OfQueue {
    readonly kind: "deadLettersRejected";
    readonly to: readonly string[];
}

/** A message that is returned too often goes to other queues, or is removed for good. */
export interface LimitsDeliveries extends OfQueue {
    readonly kind: "limitsDeliveries";
    /** The maximum number of redeliveries. */
    readonly limit: number;
    readonly to: readonly string[];
}

/** An urgent message overtakes messages that wait. */
export interface UrgentFirst extends OfQueue {
    readonly kind: "urgentFirst";
    /** `strict`: before all others; `shared`: two urgent messages before each normal one. */
    readonly order: "strict" | "shared";
    readonly urgent: number;
    readonly normal: number;
}

/** Messages are delivered in their order to one consumer at a time. */
export interface KeepsOrder extends OfQueue {
    readonly kind: "keepsOrder";
}

/** A message reaches these queues and no others. */
export interface Routes extends OfExchange {
    readonly kind: "routes";
    readonly routingKey: string;
    readonly headers: Arguments;
    readonly queues: readonly string[];
}

/** A message that no binding matches goes to the alternate exchange's queues, or back to its publisher. */
export interface HandlesUnroutable extends OfExchange {
    readonly kind: "handlesUnroutable";
    readonly routingKey: string;
    /** Empty: a mandatory message is returned. */
    readonly queues: readonly string[];
}

/** A promise that follows from a topology, and that an experiment can try on a broker. */
export type Claim =
    | SurvivesNode
    | WaitsForNode
    | RefusesWhenFull
    | DropsOldest
    | KeepsDeadLetters
    | Expires
    | DeadLettersRejected
    | LimitsDeliveries
    | UrgentFirst
    | KeepsOrder
    | Routes
    | HandlesUnroutable;

/** What a topology does not promise, although a reader could expect it. */
export interface NoClaim {
    readonly vhost: string;
    readonly queue: string;
    /** Why messages can be lost, as a sentence that names the queue. */
    readonly sentence: string;
}

/** The promises of a topology, and what it does not promise. */
export interface Claims {
    readonly claims: readonly Claim[];
    readonly unclaimed: readonly NoClaim[];
}

/** The cluster that a topology is declared on. */
export interface ClaimOptions {
    /** The number of nodes. @default 3 */
    readonly nodes?: number;
}
