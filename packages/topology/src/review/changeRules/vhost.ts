import type { Vhost } from "../../model/index.ts";
import type { Effect } from "../compare/change.ts";
import { effectOf, effectRule } from "./effectRule.ts";
import {
    type Context,
    type Draft,
    docs,
    type FieldRules,
    identityField,
    type KindRule,
    providerResource,
    updates,
} from "./rule.ts";
import { isLowered } from "./settingRule.ts";

const fields: FieldRules<Vhost> = {
    name: identityField("vhost"),
    defaultQueueType: updates(
        "vhost.defaultQueueType",
        "applies to queues that are declared later without a type; existing queues keep their type",
        docs("vhosts#default-queue-type"),
    ),
    limits: updates(
        "vhost.limits",
        "applies to new connections and queues; existing ones stay",
        docs("vhosts#limits"),
    ),
    protectedFromDeletion: updates(
        "vhost.protectedFromDeletion",
        "decides whether the broker accepts the deletion of the virtual host; messages are not affected",
        docs("vhosts#deletion-protection"),
    ),
};

export const vhostRule: KindRule = {
    fields,
    created: {
        rule: "vhost.created",
        text: "a new virtual host does not affect others",
        source: docs("vhosts"),
    },
    deleted: {
        rule: "vhost.deleted",
        text: "the virtual host is deleted with everything in it",
        source: providerResource("vhost"),
    },
    effects: (draft, context) => (draft.action === "delete" ? [deletion(draft, context)] : changes(draft)),
};

const deleted = effectRule({
    id: "vhost.deleted",
    consequences: ["lost"],
    reason: "every queue of a virtual host is deleted with its messages, and every connection to it is closed",
    safeWay:
        "Empty its queues first. Use the broker's deletion protection for virtual hosts, and switch it off in a separate release.",
    source: docs("vhosts#deletion"),
    invariants: ["approvedDestruction"],
});

const connectionsLowered = effectRule({
    id: "vhost.connectionsLowered",
    consequences: ["delayed"],
    reason: "fewer clients may connect. New connections above the limit are refused, also reconnections: messages for refused consumers wait in their queues, and messages of refused publishers stay with them",
    safeWay: "Count the open connections first (rabbitmqctl list_connections vhost), and set a higher limit.",
    source: docs("vhosts#limits"),
    invariants: ["operatorLimits", "safeSettingChanges"],
});

const queuesLowered = effectRule({
    id: "vhost.queuesLowered",
    consequences: ["none"],
    reason: "fewer queues may be declared. Existing queues stay; new ones above the limit are refused",
    source: docs("vhosts#limits"),
    invariants: ["operatorLimits"],
});

const unprotected = effectRule({
    id: "vhost.unprotected",
    consequences: ["none"],
    reason: "the broker no longer refuses to delete the virtual host with its queues and messages",
    safeWay: "Keep the virtual host protected until the release that deletes it.",
    source: docs("vhosts#deletion-protection"),
    invariants: ["approvedDestruction", "operatorLimits"],
});

export const vhostRules = [deleted, connectionsLowered, queuesLowered, unprotected];

function deletion({ object }: Draft, { comparison }: Context): Effect {
    const isProtected = comparison.before.topology.vhosts.some(
        ({ name, protectedFromDeletion }) => name === object.name && protectedFromDeletion === true,
    );
    const protectionText = isProtected
        ? ". While the virtual host is protected, the broker refuses to delete it"
        : "";
    return effectOf(deleted, "lost", {
        text: `every queue of virtual host "${object.name}" is deleted with its messages, and every connection to it is closed${protectionText}`,
    });
}

function changes({ fields: changed }: Draft): readonly Effect[] {
    return changed.flatMap(({ field, before, after }): readonly Effect[] => {
        switch (field) {
            case "limits.maxConnections":
                return isLowered(before, after)
                    ? [
                          effectOf(connectionsLowered, "delayed", {
                              text: `at most ${JSON.stringify(after)} clients may connect. New connections above the limit are refused, also reconnections: messages for refused consumers wait in their queues, and messages of refused publishers stay with them`,
                          }),
                      ]
                    : [];
            case "limits.maxQueues":
                return isLowered(before, after)
                    ? [
                          effectOf(queuesLowered, "none", {
                              text: `at most ${JSON.stringify(after)} queues may be declared. Existing queues stay; new ones above the limit are refused`,
                          }),
                      ]
                    : [];
            case "protectedFromDeletion":
                return before === true ? [effectOf(unprotected, "none")] : [];
            default:
                return [];
        }
    });
}
