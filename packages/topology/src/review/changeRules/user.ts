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
        "what a user sees in the management API; its messages are not concerned",
        source,
    ),
    limits: updates(
        "user.limits",
        "counts for connections and channels to come; those that are open stay",
        docs("user-limits"),
    ),
};

const limitLowered = effectRule({
    id: "user.limitLowered",
    consequences: ["delayed"],
    reason: "no more connections or channels than a lower limit are open to a user: whoever asks for more, if only again after a cut, is refused; what it consumes waits, and what it publishes stays with it",
    safeWay: "Count what the user has open first (rabbitmqctl list_connections user), and stay above it.",
    source: docs("user-limits"),
    invariants: ["operatorLimits", "safeSettingChanges"],
});

const deleted = effectRule({
    id: "user.deleted",
    consequences: ["dropped", "delayed"],
    reason: "a user's connections are closed and no new one is let in: what it consumes waits in the queues, and the broker takes nothing of what it publishes",
    safeWay: "Let the service log in as another user first, and delete this one in a later release.",
    source: docs("access-control#user-management"),
    invariants: ["leastPrivilege", "removedAfterUse"],
});

export const userRules = [limitLowered, deleted];

export const userRule: KindRule = {
    fields,
    created: { rule: "user.created", text: "a new user may do nothing yet", source: docs("access-control") },
    deleted: { rule: "user.deleted", text: "no declared service logs in with it any more", source },
    effects: ({ object, action, fields: changed }, { comparison }) => {
        if (action === "update") {
            return changed
                .filter(({ field, before, after }) => field.startsWith("limits.") && isLowered(before, after))
                .map(({ field, after }) =>
                    effectOf(limitLowered, "delayed", {
                        text: `no more than ${JSON.stringify(after)} ${field === "limits.maxChannels" ? "channels" : "connections"} at a time are open to it: whoever asks for more, if only again after a cut, is refused; what "${object.name}" consumes waits, and what it publishes stays with it`,
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
 * As bad as a permission that goes, where a service that publishes still needs the user. Users go last: a service that has changed over to
 * another by then is refused nothing.
 */
function deletion(user: string, { after }: Comparison): Effect {
    const publishes = after.topology.vhosts.some(
        ({ name }) => (after.needs(name, user)?.write.size ?? 0) > 0,
    );
    const start = "its connections are closed and no new one is let in: what";
    return publishes
        ? effectOf(deleted, "dropped", {
              text: `${start} "${user}" consumes waits in the queues, and the broker takes nothing of what it publishes`,
          })
        : effectOf(deleted, "delayed", {
              text: `${start} "${user}" consumes waits in the queues, and what it publishes stays with it`,
          });
}

/** Those that the services need, and those that their replicas of before still log in with while they change over. */
function usersInUse(before: Topology, after: Topology): readonly string[] {
    const stay = before.services.filter((old) =>
        after.services.some((each) => objectKey(each) === objectKey(old)),
    );
    return [...after.services.flatMap(usersOf), ...stay.map(userOf)];
}
