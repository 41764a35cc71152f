import type { Vhost } from "../../model/index.js";
import { docs, type FieldRules, identityField, type KindRule, providerResource, updates } from "./rule.js";

const fields: FieldRules<Vhost> = {
    name: identityField("vhost"),
    defaultQueueType: updates(
        "vhost.defaultQueueType",
        "counts for queues that are declared later without a type; existing ones keep theirs",
        docs("vhosts#default-queue-type"),
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
    effects: ({ object, action }) =>
        action === "delete"
            ? [
                  {
                      consequence: "lost",
                      reason: {
                          rule: "vhost.deleted",
                          text: `every queue of virtual host "${object.name}" is deleted with its messages, and every connection to it is closed`,
                          source: docs("vhosts#deletion"),
                      },
                      safeWay:
                          "Empty its queues first; guard the virtual host with the broker's deletion protection, and lift that in a release of its own.",
                  },
              ]
            : [],
};
