import type { Permission, TopicPermission } from "../../model/index.ts";
import { quoted } from "../../text/names.ts";
import { type Effect, objectId } from "../compare/change.ts";
import { topicPermissionObject } from "../compare/comparedObject.ts";
import type { PermissionChange } from "../compare/permissions/permissionChange.ts";
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

const inPlace = "is changed in place and applies to open channels within seconds";
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
        text: "the user gets access that it may not have had before",
        source: docs("access-control#authorisation"),
    },
    deleted: {
        rule: "permission.deleted",
        text: "no declared service needs it",
        source: docs("access-control#authorisation"),
    },
    effects: ({ object }, context) => revocations({ vhost: object.vhost, user: object.name }, context),
};

const topicSource = providerResource("topic_permissions");
const openWindow =
    "the provider deletes all topic permissions of the user and creates them again: in between, all routing keys are allowed";

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
        text: "without a topic permission all routing keys were allowed; now only those that match it",
        source: docs("access-control#topic-authorisation"),
    },
    deleted: {
        rule: "topicPermission.deleted",
        text: "without a topic permission all routing keys of the exchange are allowed",
        source: docs("access-control#topic-authorisation"),
    },
    effects: ({ object }, context) => {
        const { before, after } = context.comparison;
        const record = [...before.topology.topicPermissions, ...after.topology.topicPermissions].find(
            (each) => objectId(topicPermissionObject(each)) === objectId(object),
        );
        return record === undefined ? [] : revocations(record, context);
    },
};

const readRevoked = effectRule({
    id: "permission.readRevoked",
    consequences: ["delayed"],
    reason: "a service still consumes from a queue, but access is refused (403): messages wait in the queue",
    safeWay: "Remove the use from the service first, and revoke the permission in a later release.",
    source: docs("access-control#authorisation"),
    invariants: ["leastPrivilege", "removedAfterUse"],
});

const writeRevoked = effectRule({
    id: "permission.writeRevoked",
    consequences: ["dropped"],
    reason: "a service still publishes, but access is refused (403): its channel is closed and its messages are not accepted",
    safeWay: "Remove the use from the service first, and revoke the permission in a later release.",
    source: docs("access-control#authorisation"),
    invariants: ["leastPrivilege", "publisherKeys", "removedAfterUse"],
});

export const permissionRules = [readRevoked, writeRevoked];

/** Permissions that a service loses although it still needs them. Without write access messages are dropped, without read access delayed. */
function revocations(
    { vhost, user, exchange }: { readonly vhost: string; readonly user: string; readonly exchange?: string },
    { permissions }: Context,
): readonly Effect[] {
    return permissions
        .filter((each) => each.vhost === vhost && each.user === user && each.exchange === exchange)
        .filter(({ missing }) => missing.length > 0)
        .map((each) => revocation(each));
}

function revocation({ user, right, missing, exchange }: PermissionChange): Effect {
    const names = quoted(missing);
    const where = exchange === undefined ? "" : ` of exchange "${exchange}"`;
    const safeWay = `Remove the use of ${names} from service "${user}" first, and revoke the permission in a later release.`;
    return right === "read"
        ? effectOf(readRevoked, "delayed", {
              text: `service "${user}" still reads ${names}, but access is refused (403): messages wait in the queue`,
              safeWay,
          })
        : effectOf(writeRevoked, "dropped", {
              text: `service "${user}" still publishes to ${names}${where}, but access is refused (403): its channel is closed and its messages are not accepted`,
              safeWay,
          });
}
