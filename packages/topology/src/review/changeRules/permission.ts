import type { Permission, TopicPermission } from "../../model/index.ts";
import { quoted } from "../../text/names.ts";
import { type Effect, objectId } from "../compare/change.ts";
import { topicPermissionObject } from "../compare/comparedObject.ts";
import type { RightsChange } from "../compare/rights/rightsChange.ts";
import { effectOf, effectRule } from "./effectRule.ts";
import {
    type Context,
    docs,
    type FieldRules,
    identityField,
    type KindRule,
    providerResource,
    updates,
} from "./rule.ts";

const inPlace = "is set in place; open channels learn of it within moments";
const source = providerResource("permissions");

const permissionFields: FieldRules<Permission> = {
    user: identityField("permission"),
    vhost: identityField("permission"),
    configure: updates("permission.configure", inPlace, source),
    write: updates("permission.write", inPlace, source),
    read: updates("permission.read", inPlace, source),
};

export const permissionRule: KindRule = {
    fields: permissionFields,
    created: {
        rule: "permission.created",
        text: "a user may do what it may not have done before",
        source: docs("access-control#authorisation"),
    },
    deleted: {
        rule: "permission.deleted",
        text: "no declared service needs it",
        source: docs("access-control#authorisation"),
    },
    effects: ({ object }, context) => refusals({ vhost: object.vhost, user: object.name }, context),
};

const topicSource = providerResource("topic_permissions");
const openWindow =
    "the provider deletes all of the user's records and makes them again: for a moment every key is allowed";

const topicPermissionFields: FieldRules<TopicPermission> = {
    user: identityField("topic permission"),
    vhost: identityField("topic permission"),
    exchange: identityField("topic permission"),
    write: updates("topicPermission.write", openWindow, topicSource),
    read: updates("topicPermission.read", openWindow, topicSource),
};

export const topicPermissionRule: KindRule = {
    fields: topicPermissionFields,
    created: {
        rule: "topicPermission.created",
        text: "without a record every key was allowed; now those that the record names",
        source: docs("access-control#topic-authorisation"),
    },
    deleted: {
        rule: "topicPermission.deleted",
        text: "without a record every key of the exchange is allowed",
        source: docs("access-control#topic-authorisation"),
    },
    effects: ({ object }, context) => {
        const { before, after } = context.comparison;
        const record = [...before.topology.topicPermissions, ...after.topology.topicPermissions].find(
            (each) => objectId(topicPermissionObject(each)) === objectId(object),
        );
        return record === undefined ? [] : refusals(record, context);
    },
};

const unreadable = effectRule({
    id: "permission.readRevoked",
    consequences: ["delayed"],
    reason: "a service declares to read from a queue and is refused (403): messages wait there",
    safeWay: "Stop the use in the service first, and narrow the permission in a later release.",
    source: docs("access-control#authorisation"),
    invariants: ["leastPrivilege", "removedAfterUse"],
});

const unwritable = effectRule({
    id: "permission.writeRevoked",
    consequences: ["dropped"],
    reason: "a service declares to publish and is refused (403): its channel is closed and the broker takes nothing of it",
    safeWay: "Stop the use in the service first, and narrow the permission in a later release.",
    source: docs("access-control#authorisation"),
    invariants: ["leastPrivilege", "publisherKeys", "removedAfterUse"],
});

export const permissionRules = [unreadable, unwritable];

/** What a service may no longer do although it declares it: to publish drops messages, to consume delays them. */
function refusals(
    { vhost, user, exchange }: { readonly vhost: string; readonly user: string; readonly exchange?: string },
    { rights }: Context,
): readonly Effect[] {
    return rights
        .filter((each) => each.vhost === vhost && each.user === user && each.exchange === exchange)
        .filter(({ missing }) => missing.length > 0)
        .map((each) => refusal(each));
}

function refusal({ user, right, missing, exchange }: RightsChange): Effect {
    const names = quoted(missing);
    const where = exchange === undefined ? "" : ` of exchange "${exchange}"`;
    const safeWay = `Stop the use of ${names} in service "${user}" first, and narrow the permission in a later release.`;
    return right === "read"
        ? effectOf(unreadable, "delayed", {
              text: `service "${user}" declares to read ${names} and is refused (403): messages wait there`,
              safeWay,
          })
        : effectOf(unwritable, "dropped", {
              text: `service "${user}" declares to publish to ${names}${where} and is refused (403): its channel is closed and the broker takes nothing of it`,
              safeWay,
          });
}
