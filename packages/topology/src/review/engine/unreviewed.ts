import { documentOf } from "../../definitions/jsonDocument.ts";
import type { JsonObject } from "../../definitions/objectReader.ts";
import { parseDefinitions } from "../../definitions/parseDefinitions.ts";
import { pushTo } from "../../lookup/groups.ts";
import { topologyIndex } from "../../lookup/topologyIndex.ts";
import type { Topology } from "../../model/index.ts";
import { declaredObjects } from "../../provider/declaredObject.ts";
import { type ChangedObject, objectId } from "../compare/change.ts";
import { objectOf } from "../compare/comparedObject.ts";
import { withQueueKnowledge } from "../compare/programKnowledge.ts";
import { type Review, review } from "../report/review.ts";
import type { EngineObject } from "./brokerObjects.ts";

/** What the engine would do beside the change under review, judged like that one. */
export interface Unreviewed {
    /** The topology after the change, but for what the engine would do to it beside the change: that as it is deployed now. */
    readonly before: Topology;
    readonly review: Review;
}

/**
 * Judges what the engine would do to some objects, by what it remembers of them. Of a virtual host it does not remember enough to tell what
 * another one in its place would be.
 * @param objects those that the change under review does not touch, or not in the same way
 */
export function unreviewed(objects: readonly EngineObject[], after: Topology): Unreviewed | undefined {
    const known = objects.filter(
        ({ operation, object, step }) =>
            operation === "create" ||
            (step.before !== undefined && (object.kind !== "vhost" || operation === "delete")),
    );
    if (known.length === 0) {
        return undefined;
    }
    const before = deployed(known, after);
    return { before, review: review("by the engine alone", before, after) };
}

function deployed(objects: readonly EngineObject[], after: Topology): Topology {
    const touched = new Set(objects.map(({ object }) => objectId(object)));
    const was = remembered(objects, after);
    const mixed = <T>(
        now: readonly T[],
        old: readonly T[],
        objectOfEach: (each: T) => ChangedObject,
    ): readonly T[] => {
        const isTouched = (each: T): boolean => touched.has(objectId(objectOfEach(each)));
        return [...now.filter((each) => !isTouched(each)), ...old.filter(isTouched)];
    };
    const { queueNamed } = topologyIndex(after);
    return {
        ...after,
        vhosts: mixed(after.vhosts, was.vhosts, objectOf.vhosts),
        exchanges: mixed(after.exchanges, was.exchanges, objectOf.exchanges),
        queues: mixed(after.queues, was.queues, objectOf.queues).map((each) =>
            withQueueKnowledge(each, queueNamed(each.vhost, each.name)),
        ),
        bindings: mixed(after.bindings, was.bindings, objectOf.bindings),
        policies: mixed(after.policies, was.policies, objectOf.policies),
        operatorPolicies: mixed(after.operatorPolicies, was.operatorPolicies, objectOf.operatorPolicies),
        users: mixed(after.users, was.users, objectOf.users),
        permissions: mixed(after.permissions, was.permissions, objectOf.permissions),
        topicPermissions: mixed(after.topicPermissions, was.topicPermissions, objectOf.topicPermissions),
    };
}

/** As the broker would export what the engine made. What of it cannot be read is missing. */
function remembered(objects: readonly EngineObject[], after: Topology): Topology {
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
