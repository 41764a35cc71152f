import { userPlace } from "../../text/place.ts";
import { forgedKey, topicNeeds } from "../facts/topicNeeds.ts";
import type { CheckRule } from "../rule.ts";

export const broadTopicPermission: CheckRule = {
    id: "broadTopicPermission",
    severity: "warning",
    reason: "A user without a topic permission for an exchange, or with a pattern wider than its routing keys, can publish with other routing keys and so forge messages of other services.",
    fix: "Give the user a topic permission for exactly its routing keys.",
    invariants: ["publisherKeys"],
    source: "https://www.rabbitmq.com/docs/access-control#topic-authorisation",
    check: (view) =>
        topicNeeds(view).flatMap((need) => {
            const { service, user, exchange, record } = need;
            const forged = forgedKey(view, need);
            if (forged === undefined) {
                return [];
            }
            const place = userPlace(service, user);
            return record === undefined
                ? [
                      {
                          place,
                          message: `may publish to exchange "${exchange}" with any routing key, because it has no topic permission there`,
                          fix: "declare a topic permission for exactly its routing keys",
                      },
                  ]
                : [
                      {
                          place,
                          message: `may publish to exchange "${exchange}" with routing key "${forged}", which it does not declare`,
                          fix: `narrow the pattern "${record.write}" to exactly its routing keys`,
                      },
                  ];
        }),
};
