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
        "counts for queues that are declared later without a type; existing ones keep theirs",
        docs("vhosts#default-queue-type"),
    ),
    limits: updates(
        "vhost.limits",
        "counts for connections and queues to come; those that are there stay",
        docs("vhosts#limits"),
    ),
    protectedFromDeletion: updates(
        "vhost.protectedFromDeletion",
        "decides whether the broker deletes the virtual host when told to; its messages are not concerned",
        docs("vhosts#deletion-protection"),
    ),
};

export const vhostRule: KindRule = {
    fields,
    created: {
        rule: "vhost.created",
        text: "an empty virtual host touches no other",
        source: docs("vhosts"),
    },
    deleted: {
        rule: "vhost.deleted",
        text: "everything in it goes with it, without a question",
        source: providerResource("vhost"),
    },
    effects: (draft, context) => (draft.action === "delete" ? [deletion(draft, context)] : changes(draft)),
};

const deleted = effectRule({
    id: "vhost.deleted",
    consequences: ["lost"],
    reason: "every queue of a virtual host is deleted with its messages, and every connection to it is closed",
    safeWay:
        "Empty its queues first; guard the virtual host with the broker's deletion protection, and lift that in a release of its own.",
    source: docs("vhosts#deletion"),
    invariants: ["approvedDestruction"],
});

const connectionsLowered = effectRule({
    id: "vhost.connectionsLowered",
    consequences: ["delayed"],
    reason: "no more clients than a lower limit may connect: whoever connects beyond that, if only again, is refused; what it consumes waits in the queues, and what it publishes stays with it",
    safeWay: "Count the connections first (rabbitmqctl list_connections vhost), and stay above them.",
    source: docs("vhosts#limits"),
    invariants: ["operatorLimits", "safeSettingChanges"],
});

const queuesLowered = effectRule({
    id: "vhost.queuesLowered",
    consequences: ["none"],
    reason: "no more queues than a lower limit may be declared: those that are there stay, further ones are refused",
    source: docs("vhosts#limits"),
    invariants: ["operatorLimits"],
});

const unprotected = effectRule({
    id: "vhost.unprotected",
    consequences: ["none"],
    reason: "from now on the broker deletes the virtual host, with every queue and message in it, when told to",
    safeWay: "Keep it protected until the release that deletes it.",
    source: docs("vhosts#deletion-protection"),
    invariants: ["approvedDestruction", "operatorLimits"],
});

export const vhostRules = [deleted, connectionsLowered, queuesLowered, unprotected];

function deletion({ object }: Draft, { comparison }: Context): Effect {
    const isProtected = comparison.before.topology.vhosts.some(
        ({ name, protectedFromDeletion }) => name === object.name && protectedFromDeletion === true,
    );
    const guard = isProtected ? "; the broker refuses as long as the virtual host is protected" : "";
    return effectOf(deleted, "lost", {
        text: `every queue of virtual host "${object.name}" is deleted with its messages, and every connection to it is closed${guard}`,
    });
}

function changes({ fields: changed }: Draft): readonly Effect[] {
    return changed.flatMap(({ field, before, after }): readonly Effect[] => {
        switch (field) {
            case "limits.maxConnections":
                return isLowered(before, after)
                    ? [
                          effectOf(connectionsLowered, "delayed", {
                              text: `no more than ${JSON.stringify(after)} clients may connect: whoever connects beyond that, if only again, is refused; what it consumes waits in the queues, and what it publishes stays with it`,
                          }),
                      ]
                    : [];
            case "limits.maxQueues":
                return isLowered(before, after)
                    ? [
                          effectOf(queuesLowered, "none", {
                              text: `no more than ${JSON.stringify(after)} queues may be declared: those that are there stay, further ones are refused`,
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
