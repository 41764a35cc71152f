import { queueSettings } from "../../broker/capabilities.js";
import { isIn } from "../../broker/capability.js";
import { queuePlace } from "../place.js";
import type { Rule } from "../rule.js";

export const ineffectiveSetting: Rule = {
    id: "ineffectiveSetting",
    severity: "warning",
    reason: "A policy sets what the broker does not act on for this queue, because of its type or because another setting is missing: somebody relies on what does not happen.",
    fix: "Remove the setting, or give the queue what the setting needs.",
    invariants: [10, 21],
    source: "https://www.rabbitmq.com/docs/policies",
    check: ({ topology, effective, version }) =>
        topology.queues.flatMap((queue) =>
            effective(queue)
                .withoutEffect.filter(({ key, origin }) => {
                    const capability = queueSettings[key];
                    return (
                        capability !== undefined &&
                        origin !== "argument" &&
                        capability.settableBy.includes(origin === "default" ? "policy" : origin) &&
                        isIn(capability, version) &&
                        !haveRulesOfTheirOwn.has(key)
                    );
                })
                .map(({ key, policy = "", reason }) => ({
                    place: queuePlace(queue),
                    message: `policy "${policy}" sets "${key}" without effect: ${reason}`,
                    fix: "remove the setting, or give the queue what it needs",
                })),
        ),
};

const haveRulesOfTheirOwn = new Set([
    "dead-letter-routing-key",
    "dead-letter-strategy",
    "delayed-retry-type",
    "overflow",
]);
