import { exchangeSettings, queueSettings } from "../../broker/capabilities.ts";
import { asOf, isIn } from "../../broker/capability.ts";
import type { KnownVersion, Topology } from "../../model/index.ts";
import { queuePlace } from "../../text/place.ts";
import { usedPolicyKeys } from "../facts/usedPolicyKeys.ts";
import { policyPlace, writtenPolicies } from "../facts/writtenPolicies.ts";
import type { CheckRule, Problem } from "../rule.ts";

export const ineffectiveSetting: CheckRule = {
    id: "ineffectiveSetting",
    severity: "warning",
    reason: "A policy sets a key without effect: this kind of object or queue type does not support it, or a setting that it depends on is missing.",
    fix: "Remove the setting, apply the policy to objects that support it, or add the setting that it depends on.",
    invariants: ["completePolicy", "supportedSettings"],
    source: "https://www.rabbitmq.com/docs/policies",
    check: ({ topology, effective, version }) => {
        const isUsed = usedPolicyKeys(topology, effective);
        const ofQueues = topology.queues.flatMap((queue) =>
            effective(queue)
                .withoutEffect.filter(({ key, origin }) => {
                    const capability = queueSettings[key];
                    return (
                        capability !== undefined &&
                        origin !== "argument" &&
                        asOf(capability, version).settableBy.includes(
                            origin === "default" ? "policy" : origin,
                        ) &&
                        isIn(capability, version) &&
                        !checkedByOtherRules.has(key)
                    );
                })
                .map(({ key, policy = "", reason }) => ({
                    place: queuePlace(queue),
                    message: `policy "${policy}" sets "${key}" without effect: ${reason}`,
                    fix: isUsed(queue.vhost, policy, key)
                        ? "let the policy apply only to the queues that use the setting, or add what it depends on"
                        : "remove the setting, or add what it depends on",
                })),
        );
        return [...ofOtherKinds(topology, version), ...ofQueues];
    },
};

/** Exchange settings in policies for queues, and queue settings in policies for exchanges. A policy for everything may mean either. */
function ofOtherKinds(topology: Topology, version: KnownVersion): readonly Problem[] {
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
                message: `sets "${key}" without effect: it is a setting for ${other.name}, but the policy applies to ${own.name} only`,
                fix: `remove the setting, or set it in a policy for ${other.name}`,
            }));
    });
}

const queueKind = { name: "queues", settings: queueSettings };
const exchangeKind = { name: "exchanges", settings: exchangeSettings };

const checkedByOtherRules = new Set([
    "dead-letter-routing-key",
    "dead-letter-strategy",
    "delayed-retry-type",
    "overflow",
]);
