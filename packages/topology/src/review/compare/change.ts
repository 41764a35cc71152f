import type { ArgumentValue } from "../../model/index.ts";
import { compareText } from "../../text/names.ts";

/**
 * What a change does to messages, from harmless to worst.
 *
 * - `none`: messages are not affected.
 * - `delayed`: messages wait longer: they are retried, dead-lettered, parked, or must be published again.
 * - `reordered`: messages may arrive in another order.
 * - `dropped`: from now on, the broker drops messages that it did not drop before.
 * - `lost`: the messages in a queue are deleted with the queue.
 */
export const consequences = ["none", "delayed", "reordered", "dropped", "lost"] as const;

/** What a change does to messages. */
export type Consequence = (typeof consequences)[number];

/** What the engine does to an object, most dangerous first. `replace` deletes the object and then creates it. */
export const actions = ["replace", "delete", "update", "create"] as const;

/** What the engine does to an object. */
export type Action = (typeof actions)[number];

export const objectKinds = [
    "broker",
    "vhost",
    "exchange",
    "queue",
    "binding",
    "policy",
    "operator policy",
    "shovel",
    "federation upstream",
    "federation upstream set",
    "parameter",
    "global parameter",
    "user",
    "permission",
    "topic permission",
    "service",
    "retry",
] as const;

/** The kinds of objects that a review compares. */
export type ObjectKind = (typeof objectKinds)[number];

/** The identity of an object that changes. */
export interface ChangedObject {
    readonly kind: ObjectKind;
    /** Empty for objects outside virtual hosts: the broker and its users. */
    readonly vhost: string;
    readonly name: string;
}

/** One field that changes. `before` or `after` is missing if the field does not exist there. */
export interface FieldChange {
    /** `type`, `arguments.x-max-priority`, `publishes."job.headers".routingKey`. */
    readonly field: string;
    readonly before?: ArgumentValue;
    readonly after?: ArgumentValue;
}

/** Why a change has its consequence. */
export interface Reason {
    /** The id of the rule. */
    readonly rule: string;
    readonly text: string;
    /** Where RabbitMQ, the provider or Pulumi documents it. */
    readonly source: string;
}

/** One thing that a change does to messages. */
export interface Effect {
    readonly consequence: Consequence;
    readonly reason: Reason;
    /** The object whose messages are affected. @default - the changed object */
    readonly object?: ChangedObject;
    /** The id of the changed route, if the effect is one. */
    readonly route?: string;
    /** How to reach the same topology without this effect. */
    readonly safeWay?: string;
}

/** What happens to one object of the broker, and to its messages. */
export interface Change {
    /** The same in every run: `replace queue spot/result-processor`. */
    readonly id: string;
    readonly object: ChangedObject;
    readonly action: Action;
    /** The worst of the effects. */
    readonly consequence: Consequence;
    /** Sorted by name. All fields of an object that is created or deleted. */
    readonly fields: readonly FieldChange[];
    /** The reason of the worst effect. */
    readonly reason: Reason;
    /** The safe way of the worst effect. */
    readonly safeWay?: string;
    /** All effects, worst first. Empty if messages are not affected. */
    readonly effects: readonly Effect[];
}

/** `queue spot/result-processor`, `user gateway`. No two objects share one. */
export function objectId({ kind, vhost, name }: ChangedObject): string {
    return `${kind} ${vhost === "" ? "" : `${quotedIfStrange(vhost)}/`}${name}`;
}

/** A name, in quotes if it has characters that separate names. */
export function quotedIfStrange(name: string): string {
    return /^[^\s/"()]+$/u.test(name) ? name : JSON.stringify(name);
}

export function changeId(action: Action, object: ChangedObject): string {
    return `${action} ${objectId(object)}`;
}

export function isWorse(one: Consequence, other: Consequence): boolean {
    return consequences.indexOf(one) > consequences.indexOf(other);
}

export function worstOf(all: readonly Consequence[]): Consequence {
    return all.reduce<Consequence>((worst, each) => (isWorse(each, worst) ? each : worst), "none");
}

/** Dropped and lost messages cannot be restored; delayed and reordered ones still arrive. */
export function isDestructive(consequence: Consequence): boolean {
    return consequence === "lost" || consequence === "dropped";
}

/** Total order: worst consequence first, then the most dangerous action, then kind and name. */
export function compareChanges(a: Change, b: Change): number {
    return (
        consequences.indexOf(b.consequence) - consequences.indexOf(a.consequence) ||
        actions.indexOf(a.action) - actions.indexOf(b.action) ||
        objectKinds.indexOf(a.object.kind) - objectKinds.indexOf(b.object.kind) ||
        compareText(a.id, b.id)
    );
}

/** Total order: worst first, then by object and rule. */
export function compareEffects(a: Effect, b: Effect): number {
    const text = ({ object, reason }: Effect): string =>
        JSON.stringify([object === undefined ? "" : objectId(object), reason.rule, reason.text]);
    return (
        consequences.indexOf(b.consequence) - consequences.indexOf(a.consequence) ||
        compareText(text(a), text(b))
    );
}
