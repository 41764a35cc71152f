import type { ArgumentValue } from "../../model/index.ts";
import { compareText } from "../../text/names.ts";

/**
 * What a change does to messages, from harmless to worst.
 *
 * - `none`: every message arrives where, when and in the order it would have.
 * - `delayed`: it survives, but waits: for a publisher to repeat it, for another attempt, or among the dead letters for a person.
 * - `reordered`: it arrives, but others overtake it.
 * - `dropped`: the broker discards messages, one by one, by a rule that the change introduces.
 * - `lost`: what lies in a queue at that moment is destroyed with the queue.
 */
export const consequences = ["none", "delayed", "reordered", "dropped", "lost"] as const;

/** What a change does to messages, harmless first. */
export type Consequence = (typeof consequences)[number];

/** What the engine does to an object, most dangerous first; `replace` is a deletion and then a creation. */
export const actions = ["replace", "delete", "update", "create"] as const;

/** What the engine does to an object: `replace` deletes and then creates it. */
export type Action = (typeof actions)[number];

export const objectKinds = [
    "broker",
    "vhost",
    "exchange",
    "queue",
    "binding",
    "policy",
    "operator policy",
    "user",
    "permission",
    "topic permission",
    "service",
    "retry",
] as const;

/** The kinds of objects that a review compares. */
export type ObjectKind = (typeof objectKinds)[number];

/** An object that changes. */
export interface ChangedObject {
    readonly kind: ObjectKind;
    /** Empty for what belongs to no virtual host: the broker and its users. */
    readonly vhost: string;
    readonly name: string;
}

/** One field that differs. A side on which the field does not exist is missing. */
export interface FieldChange {
    /** `type`, `arguments.x-max-priority`, `publishes."job.headers".routingKey`. */
    readonly field: string;
    readonly before?: ArgumentValue;
    readonly after?: ArgumentValue;
}

/** Why a change has its consequence. */
export interface Reason {
    /** The rule's id, the same for every change that it judges. */
    readonly rule: string;
    readonly text: string;
    /** Where the rule of the broker or of the provider is written down. */
    readonly source: string;
}

/** One thing that a change does to messages. */
export interface Effect {
    readonly consequence: Consequence;
    readonly reason: Reason;
    /** Whose messages, where they are not those of the changed object itself. */
    readonly object?: ChangedObject;
    /** The id of the changed route that it consists in, where it is one. */
    readonly route?: string;
    /** How to get to the same topology without it. */
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
    /** In order of their names; all fields of an object that is created or deleted. */
    readonly fields: readonly FieldChange[];
    /** Of the worst effect. */
    readonly reason: Reason;
    /** Of the worst effect. */
    readonly safeWay?: string;
    /** All of them, worst first; none where the change does nothing to messages. */
    readonly effects: readonly Effect[];
}

/** `queue spot/result-processor`, `user gateway`. No two objects share one. */
export function objectId({ kind, vhost, name }: ChangedObject): string {
    return `${kind} ${vhost === "" ? "" : `${quotedIfStrange(vhost)}/`}${name}`;
}

/** A name as it stands, or in quotes where it could be mistaken for more than one. */
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

/** Total order: worst consequence first, then the most dangerous action, then kind and name. */
export function compareChanges(a: Change, b: Change): number {
    return (
        consequences.indexOf(b.consequence) - consequences.indexOf(a.consequence) ||
        actions.indexOf(a.action) - actions.indexOf(b.action) ||
        objectKinds.indexOf(a.object.kind) - objectKinds.indexOf(b.object.kind) ||
        compareText(a.id, b.id)
    );
}

/** Total order: worst first, then by what it hits and the rule. */
export function compareEffects(a: Effect, b: Effect): number {
    const text = ({ object, reason }: Effect): string =>
        JSON.stringify([object === undefined ? "" : objectId(object), reason.rule, reason.text]);
    return (
        consequences.indexOf(b.consequence) - consequences.indexOf(a.consequence) ||
        compareText(text(a), text(b))
    );
}
