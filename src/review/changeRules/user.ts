import type { User } from "../../model/index.js";
import { docs, type FieldRules, identityField, type KindRule, providerResource, updates } from "./rule.js";

const source = providerResource("user");

const fields: FieldRules<User> = {
    name: identityField("user"),
    tags: updates(
        "user.tags",
        "what a user sees in the management API; its messages are not concerned",
        source,
    ),
};

export const userRule: KindRule = {
    fields,
    created: { rule: "user.created", text: "a new user may do nothing yet", source: docs("access-control") },
    deleted: { rule: "user.deleted", text: "no declared service logs in with it any more", source },
    effects: ({ object, action }, { pair }) => {
        const isUsed =
            !pair.after.knowsServices ||
            pair.after.topology.services.some(({ name }) => name === object.name);
        return action === "delete" && isUsed
            ? [
                  {
                      consequence: "delayed",
                      reason: {
                          rule: "user.deleted",
                          text: `its connections are closed and no new one is let in: what "${object.name}" consumes waits in the queues, and what it publishes stays with it`,
                          source: docs("access-control#user-management"),
                      },
                      safeWay:
                          "Let the service log in as another user first, and delete this one in a later release.",
                  },
              ]
            : [];
    },
};
