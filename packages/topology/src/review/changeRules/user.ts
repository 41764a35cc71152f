import { objectKey, type Topology, type User, userOf, usersOf } from "../../model/index.ts";
import type { Effect } from "../compare/change.ts";
import type { Comparison } from "../compare/comparison.ts";
import { effectOf, effectRule } from "./effectRule.ts";
import { docs, type FieldRules, identityField, type KindRule, providerResource, updates } from "./rule.ts";
import { isLowered } from "./settingRule.ts";

const source = providerResource("user");

const fields: FieldRules<User> = {
    name: identityField("user"),
    tags: updates(
        "user.tags",
        "changes what the user sees in the management API; messages are not affected",
        source,
    ),
    limits: updates(
        "user.limits",
        "applies to new connections and channels; open ones stay",
        docs("user-limits"),
    ),
};

const limitLowered = effectRule({
    id: "user.limitLowered",
    consequences: ["delayed"],
    reason: "a user may open fewer connections or channels. New ones above the limit are refused, also reconnections: messages that the user consumes wait in their queues, and its own messages stay with the publisher",
    safeWay:
        "Count the user's open connections first (rabbitmqctl list_connections user), and set a higher limit.",
    source: docs("user-limits"),
    invariants: ["operatorLimits", "safeSettingChanges"],
});

const deleted = effectRule({
    id: "user.deleted",
    consequences: ["dropped", "delayed"],
    reason: "the connections of a user are closed and it cannot log in again: messages that it consumes wait in their queues, and messages that it publishes are not accepted",
    safeWay: "Make the service log in as another user first, and delete this one in a later release.",
    source: docs("access-control#user-management"),
    invariants: ["leastPrivilege", "removedAfterUse"],
});

export const userRules = [limitLowered, deleted];

export const userRule: KindRule = {
    fields,
    created: {
        rule: "user.created",
        text: "a new user has no permissions yet",
        source: docs("access-control"),
    },
    deleted: { rule: "user.deleted", text: "no declared service logs in as this user", source },
    effects: ({ object, action, fields: changed }, { comparison }) => {
        if (action === "update") {
            return changed
                .filter(({ field, before, after }) => field.startsWith("limits.") && isLowered(before, after))
                .map(({ field, after }) =>
                    effectOf(limitLowered, "delayed", {
                        text: `the user may open at most ${JSON.stringify(after)} ${field === "limits.maxChannels" ? "channels" : "connections"}. New ones above the limit are refused, also reconnections: messages that "${object.name}" consumes wait in their queues, and its own messages stay with the publisher`,
                    }),
                );
        }
        const isUsed =
            !comparison.after.hasServices ||
            usersInUse(comparison.before.topology, comparison.after.topology).includes(object.name);
        return action === "delete" && isUsed ? [deletion(object.name, comparison)] : [];
    },
};

/**
 * Messages are dropped if a service still publishes as this user. Users are deleted last in an update, so a service that already logs in as
 * another user is not affected.
 */
function deletion(user: string, { after }: Comparison): Effect {
    const publishes = after.topology.vhosts.some(
        ({ name }) => (after.needs(name, user)?.write.size ?? 0) > 0,
    );
    const start = `its connections are closed and it cannot log in again: messages that "${user}" consumes wait in their queues, and`;
    return publishes
        ? effectOf(deleted, "dropped", {
              text: `${start} messages that it publishes are not accepted`,
          })
        : effectOf(deleted, "delayed", {
              text: `${start} its own messages stay with the publisher`,
          });
}

/** The users that services need after the change, and those that running replicas still log in as during the rollout. */
function usersInUse(before: Topology, after: Topology): readonly string[] {
    const stay = before.services.filter((old) =>
        after.services.some((each) => objectKey(each) === objectKey(old)),
    );
    return [...after.services.flatMap(usersOf), ...stay.map(userOf)];
}
