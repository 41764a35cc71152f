import { userPlace } from "../../text/place.ts";
import { topicNeeds } from "../facts/topicNeeds.ts";
import type { CheckRule } from "../rule.ts";

export const broadTopicPermission: CheckRule = {
    id: "broadTopicPermission",
    severity: "warning",
    reason: "A user without a topic permission for an exchange, or with a pattern wider than its routing keys, can publish with other routing keys and so forge messages of other services.",
    fix: "Give the user a topic permission for exactly its routing keys.",
    invariants: ["publisherKeys"],
    source: "https://www.rabbitmq.com/docs/access-control#topic-authorisation",
    check: (view) =>
        topicNeeds(view).flatMap(({ service, user, exchange, own, all, record }) => {
            const place = userPlace(service, user);
            if (record === undefined) {
                return [
                    {
                        place,
                        message: `may publish to exchange "${exchange}" with any routing key, because it has no topic permission there`,
                        fix: "declare a topic permission for exactly its routing keys",
                    },
                ];
            }
            const allowed = view.allowedBy(record.write);
            const allowedKeys = [...allowed.among(all), ...allowed.among(unusedKeys)];
            const forged = allowedKeys.find((key) => !own.has(key));
            return forged === undefined
                ? []
                : [
                      {
                          place,
                          message: `may publish to exchange "${exchange}" with routing key "${forged}", which it does not declare`,
                          fix: `narrow the pattern "${record.write}" to exactly its routing keys`,
                      },
                  ];
        }),
};

/** Represents every routing key that no service uses. */
const unusedKeys: ReadonlySet<string> = new Set(["any.other.key"]);
