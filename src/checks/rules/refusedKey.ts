import { grouped } from "../grouped.js";
import { nameMatcher } from "../nameMatcher.js";
import { permissionNeeds } from "../permissionNeeds.js";
import { quoted, servicePlace } from "../place.js";
import type { Rule } from "../rule.js";

export const refusedKey: Rule = {
    id: "refusedKey",
    severity: "error",
    reason: "A topic permission does not allow a key that the service publishes with: the broker closes its channel when it tries.",
    fix: "Let the pattern match every key that the service uses.",
    invariants: [25],
    source: "https://www.rabbitmq.com/docs/access-control#topic-authorisation",
    check: (subject) => {
        const { topology, exchangeNamed } = subject;
        const recordsOf = grouped(topology.topicPermissions, (each) =>
            JSON.stringify([each.vhost, each.user, each.exchange]),
        );
        return permissionNeeds(subject).flatMap(({ service, vhost, keys }) =>
            [...keys]
                .filter(([exchange]) => exchangeNamed(vhost, exchange)?.type === "topic")
                .flatMap(([exchange, own]) => {
                    const [record] = recordsOf(JSON.stringify([vhost, service.name, exchange]));
                    const { test } = nameMatcher(record?.write ?? "");
                    const refused = record === undefined ? [] : [...own].filter((key) => !test(key)).sort();
                    return refused.length === 0
                        ? []
                        : [
                              {
                                  place: servicePlace(service),
                                  message: `publishes to exchange "${exchange}" with ${quoted(refused)}, which its topic permission refuses`,
                                  fix: "add the key to the pattern for write",
                              },
                          ];
                }),
        );
    },
};
