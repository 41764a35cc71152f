import { quotedFirst } from "../../text/names.ts";
import { userPlace } from "../../text/place.ts";
import { topicNeeds } from "../facts/topicNeeds.ts";
import type { CheckRule } from "../rule.ts";

export const refusedRoutingKey: CheckRule = {
    id: "refusedRoutingKey",
    severity: "error",
    reason: "A topic permission does not allow a routing key that the service publishes with: the broker closes its channel with ACCESS_REFUSED.",
    fix: "Extend the write pattern to every routing key that the service uses.",
    invariants: ["publisherKeys"],
    source: "https://www.rabbitmq.com/docs/access-control#topic-authorisation",
    check: (view) =>
        topicNeeds(view).flatMap(({ service, user, exchange, own, record }) => {
            const allowed = record === undefined ? undefined : view.allowedBy(record.write);
            const refused = allowed === undefined ? [] : [...own].filter((key) => !allowed.test(key)).sort();
            return refused.length === 0
                ? []
                : [
                      {
                          place: userPlace(service, user),
                          message: `publishes to exchange "${exchange}" with routing key ${quotedFirst(refused)}, which its topic permission does not allow`,
                          fix: "add the routing key to the write pattern",
                      },
                  ];
        }),
};
