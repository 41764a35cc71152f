import { documentOf } from "../../definitions/jsonDocument.ts";
import type { JsonObject } from "../../definitions/objectReader.ts";
import { parseDefinitions } from "../../definitions/parseDefinitions.ts";
import { pushTo } from "../../lookup/groups.ts";
import { topologyIndex } from "../../lookup/topologyIndex.ts";
import type { Topology } from "../../model/index.ts";
import { declaredObjects } from "../../provider/declaredObject.ts";
import { type Change, type ChangedObject, objectId } from "../compare/change.ts";
import { objectOf } from "../compare/comparedObject.ts";
import { withQueueKnowledge } from "../compare/programKnowledge.ts";
import { type Review, review } from "../report/review.ts";
import { withDeletion, withoutObjects } from "../unintendedDeletion.ts";
import type { EngineFate } from "./engineFate.ts";

/** A review of the changes that only the engine would make. */
export interface Unreviewed {
    /** The topology after the change, except for the objects that only the engine would change: these as they are deployed now. */
    readonly before: Topology;
    readonly review: Review;
}

/**
 * Reviews what the engine would do to some objects, from the engine's state. That state is not enough to review an updated or replaced
 * virtual host.
 * @param objects objects that the reviewed change does not change, or changes in another way
 */
export function unreviewed(objects: readonly EngineFate[], after: Topology): Unreviewed | undefined {
    const known = objects.filter(
        ({ operation, object, step }) =>
            operation === "create" ||
            (step.before !== undefined && (object.kind !== "vhost" || operation === "delete")),
    );
    if (known.length === 0) {
        return undefined;
    }
    const unintended = new Map(
        known.flatMap((each) =>
            each.unintended === undefined ? [] : [[objectId(each.object), each.unintended] as const],
        ),
    );
    const before = deployedTopology(known, after);
    const refine = (each: Change): Change => withDeletion(each, unintended.get(objectId(each.object)));
    return {
        before,
        review: review("by Pulumi alone", before, withoutObjects(after, unintended), { refine }),
    };
}

function deployedTopology(objects: readonly EngineFate[], after: Topology): Topology {
    const touched = new Set(objects.map(({ object }) => objectId(object)));
    const state = stateTopology(objects, after);
    const merge = <T>(
        entriesAfter: readonly T[],
        entriesBefore: readonly T[],
        objectOfEach: (each: T) => ChangedObject,
    ): readonly T[] => {
        const isTouched = (each: T): boolean => touched.has(objectId(objectOfEach(each)));
        return [...entriesAfter.filter((each) => !isTouched(each)), ...entriesBefore.filter(isTouched)];
    };
    const { queueNamed } = topologyIndex(after);
    return {
        ...after,
        vhosts: merge(after.vhosts, state.vhosts, objectOf.vhosts),
        exchanges: merge(after.exchanges, state.exchanges, objectOf.exchanges),
        queues: merge(after.queues, state.queues, objectOf.queues).map((each) =>
            withQueueKnowledge(each, queueNamed(each.vhost, each.name)),
        ),
        bindings: merge(after.bindings, state.bindings, objectOf.bindings),
        policies: merge(after.policies, state.policies, objectOf.policies),
        operatorPolicies: merge(after.operatorPolicies, state.operatorPolicies, objectOf.operatorPolicies),
        users: merge(after.users, state.users, objectOf.users),
        permissions: merge(after.permissions, state.permissions, objectOf.permissions),
        topicPermissions: merge(after.topicPermissions, state.topicPermissions, objectOf.topicPermissions),
    };
}

/** The objects of the engine's state as the broker would export them, without those that cannot be read. */
function stateTopology(objects: readonly EngineFate[], after: Topology): Topology {
    const lists = new Map<string, JsonObject[]>(
        Object.entries({ queues: [], vhosts: after.vhosts.map(({ name }) => ({ name })) }),
    );
    for (const { type, before } of new Set(objects.map(({ step }) => step))) {
        for (const { list, object } of before === undefined ? [] : declaredObjects(type, before)) {
            pushTo(lists, list, object);
        }
    }
    return parseDefinitions(
        documentOf({ ...Object.fromEntries(lists), rabbit_version: `${after.brokerVersion}.0` }),
    ).topology;
}
