import type { Topology } from "../model/index.ts";
import { type EffectRule, effectOf } from "./changeRules/effectRule.ts";
import { type Change, type ChangedObject, compareEffects, isWorse, objectId } from "./compare/change.ts";
import { objectOf } from "./compare/comparedObject.ts";

/** A deletion of an object that is still declared. */
export interface UnintendedDeletion {
    readonly rule: EffectRule<"lost" | "dropped">;
    /** A clause about this object's resources. */
    readonly text: string;
    /** A sentence. */
    readonly safeWay: string;
}

/** The topology without some objects, with which the update ends. */
export function withoutObjects(after: Topology, ids: Pick<ReadonlyMap<string, unknown>, "has">): Topology {
    const kept = <T>(entries: readonly T[], objectOfEach: (each: T) => ChangedObject): readonly T[] =>
        entries.filter((each) => !ids.has(objectId(objectOfEach(each))));
    return {
        ...after,
        vhosts: kept(after.vhosts, objectOf.vhosts),
        exchanges: kept(after.exchanges, objectOf.exchanges),
        queues: kept(after.queues, objectOf.queues),
        bindings: kept(after.bindings, objectOf.bindings),
        policies: kept(after.policies, objectOf.policies),
        operatorPolicies: kept(after.operatorPolicies, objectOf.operatorPolicies),
        users: kept(after.users, objectOf.users),
        permissions: kept(after.permissions, objectOf.permissions),
        topicPermissions: kept(after.topicPermissions, objectOf.topicPermissions),
    };
}

/** The deletion of an object that the head declares always needs approval: something may rely on the object. */
export function withDeletion(change: Change, deletion: UnintendedDeletion | undefined): Change {
    if (deletion === undefined || change.action !== "delete") {
        return change;
    }
    const { rule, text, safeWay } = deletion;
    const holdsMessages = change.object.kind === "queue" || change.object.kind === "vhost";
    const consequence = holdsMessages ? "lost" : "dropped";
    const effect = effectOf(rule, consequence, { text, safeWay });
    return {
        ...change,
        consequence: isWorse(change.consequence, consequence) ? change.consequence : consequence,
        reason: effect.reason,
        safeWay,
        effects: [effect, ...change.effects].sort(compareEffects),
    };
}
