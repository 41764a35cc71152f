import { userPlace } from "../../text/place.ts";
import { topicNeeds } from "../facts/topicNeeds.ts";
import type { CheckRule } from "../rule.ts";

export const broadTopicPermission: CheckRule = {
    id: "broadTopicPermission",
    severity: "warning",
    reason: "Where a user has no topic permission for an exchange, or a pattern that allows more than its keys, it can publish with any key and so forge the messages of others.",
    fix: "Give the user a topic permission for exactly its keys.",
    invariants: ["publisherKeys"],
    source: "https://www.rabbitmq.com/docs/access-control#topic-authorisation",
    check: (view) =>
        topicNeeds(view).flatMap(({ service, user, exchange, own, all, record }) => {
            const place = userPlace(service, user);
            if (record === undefined) {
                return [
                    {
                        place,
                        message: `may publish to exchange "${exchange}" with any key, since it has no topic permission there`,
                        fix: "declare a topic permission for exactly its keys",
                    },
                ];
            }
            const allowed = view.allowedBy(record.write);
            const others = [...allowed.among(all), ...allowed.among(unusedKeys)];
            const forged = others.find((key) => !own.has(key));
            return forged === undefined
                ? []
                : [
                      {
                          place,
                          message: `may publish to exchange "${exchange}" with "${forged}", which it does not declare to`,
                          fix: `narrow the pattern "${record.write}" to exactly its keys`,
                      },
                  ];
        }),
};

/** Stands for every key that nobody uses. */
const unusedKeys: ReadonlySet<string> = new Set(["any.other.key"]);
