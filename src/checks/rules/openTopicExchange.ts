import { grouped } from "../grouped.js";
import { nameMatcher } from "../nameMatcher.js";
import { permissionNeeds } from "../permissionNeeds.js";
import { servicePlace } from "../place.js";
import type { Rule } from "../rule.js";

export const openTopicExchange: Rule = {
    id: "openTopicExchange",
    severity: "warning",
    reason: "Where a user has no topic permission for an exchange, or a pattern that allows more than its keys, it can publish with any key and so forge the messages of others.",
    fix: "Give the user a topic permission for exactly its keys.",
    invariants: [25],
    source: "https://www.rabbitmq.com/docs/access-control#topic-authorisation",
    check: (subject) => {
        const { topology, exchangeNamed, traffic } = subject;
        const recordsOf = grouped(topology.topicPermissions, (each) =>
            JSON.stringify([each.vhost, each.user, each.exchange]),
        );
        const keysOf = grouped(traffic.sendings, ({ exchange }) => exchange);
        return permissionNeeds(subject).flatMap(({ service, vhost, keys }) =>
            [...keys]
                .filter(([exchange]) => exchangeNamed(vhost, exchange)?.type === "topic")
                .flatMap(([exchange, own]) => {
                    const [record] = recordsOf(JSON.stringify([vhost, service.name, exchange]));
                    if (record === undefined) {
                        return [
                            {
                                place: servicePlace(service),
                                message: `may publish to exchange "${exchange}" with any key, since it has no topic permission there`,
                                fix: "declare a topic permission for exactly its keys",
                            },
                        ];
                    }
                    const { test } = nameMatcher(record.write);
                    const others = [...new Set(keysOf(exchange).map(({ routingKey }) => routingKey))];
                    const forged = [...others, unusedKey].find((key) => !own.has(key) && test(key));
                    return forged === undefined
                        ? []
                        : [
                              {
                                  place: servicePlace(service),
                                  message: `may publish to exchange "${exchange}" with "${forged}", which it does not declare to`,
                                  fix: `narrow the pattern "${record.write}" to exactly its keys`,
                              },
                          ];
                }),
        );
    },
};

/** Stands for every key that nobody uses. */
const unusedKey = "any.other.key";
