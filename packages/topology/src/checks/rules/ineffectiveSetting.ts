import { exchangeSettings, queueSettings } from "../../broker/capabilities.ts";
import { isIn } from "../../broker/capability.ts";
import type { BrokerVersion, Topology } from "../../model/index.ts";
import { queuePlace } from "../../text/place.ts";
import { policyPlace, writtenPolicies } from "../facts/writtenPolicies.ts";
import type { CheckRule, Problem } from "../rule.ts";

export const ineffectiveSetting: CheckRule = {
    id: "ineffectiveSetting",
    severity: "warning",
    reason: "A policy sets what the broker does not act on for what it applies to, because of its kind or type or because another setting is missing: somebody relies on what does not happen.",
    fix: "Remove the setting, let the policy apply to what has it, or give the queue what it needs.",
    invariants: ["completePolicy", "supportedSettings"],
    source: "https://www.rabbitmq.com/docs/policies",
    check: ({ topology, effective, version }) => [
        ...ofOtherKinds(topology, version),
        ...topology.queues.flatMap((queue) =>
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
    ],
};

/** What policies for queues say of exchanges, and the other way round; one for everything may mean either. */
function ofOtherKinds(topology: Topology, version: BrokerVersion): readonly Problem[] {
    return writtenPolicies(topology).flatMap((written) => {
        const { way, policy } = written;
        if (policy.applyTo === "all") {
            return [];
        }
        const [own, other] =
            policy.applyTo === "exchanges" ? [exchangeKind, queueKind] : [queueKind, exchangeKind];
        return Object.keys(policy.definition)
            .filter((key) => {
                const capability = key in own.settings ? undefined : other.settings[key];
                return capability?.settableBy.includes(way) === true && isIn(capability, version);
            })
            .map((key) => ({
                place: policyPlace(written),
                message: `sets "${key}" without effect: it is a setting of ${other.name}, and the policy applies to ${own.name} only`,
                fix: `remove the setting, or let a policy for ${other.name} set it`,
            }));
    });
}

const queueKind = { name: "queues", settings: queueSettings };
const exchangeKind = { name: "exchanges", settings: exchangeSettings };

const haveRulesOfTheirOwn = new Set([
    "dead-letter-routing-key",
    "dead-letter-strategy",
    "delayed-retry-type",
    "overflow",
]);
