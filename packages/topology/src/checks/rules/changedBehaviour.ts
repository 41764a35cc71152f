import { capabilities, queueSettings } from "../../broker/capabilities.ts";
import { type Capability, isIn, queueTypesIn } from "../../broker/capability.ts";
import { upgradesFrom } from "../../broker/upgradePath.ts";
import { isAtLeast, valueText } from "../../model/index.ts";
import type { TopologyView } from "../../view/topologyView.ts";
import type { CheckRule, Problem } from "../rule.ts";

export const changedBehaviour: CheckRule = {
    id: "changedBehaviour",
    severity: "note",
    reason: "The broker behaves differently in the target version: it refuses nothing, but services may notice.",
    fix: "Read the release notes, and test the services on that version.",
    invariants: ["supportedSettings"],
    source: "https://www.rabbitmq.com/release-information",
    check: (view) => [...changedBehaviours(view), ...changedDefaults(view), ...missingUpgradePath(view)],
};

const place = "broker";

function changedBehaviours({ topology, version }: TopologyView): readonly Problem[] {
    const used = new Set(topology.queues.map(({ type }) => type));
    return Object.values<Capability>(capabilities)
        .filter(({ subject }) => subject === "broker")
        .filter((each) => isIn(each, version) !== isIn(each, topology.brokerVersion))
        .filter(({ queueTypes }) => queueTypes.length === 0 || queueTypes.some((type) => used.has(type)))
        .map((each) => ({
            place,
            message: `${isIn(each, version) ? "new in" : "no longer true in"} RabbitMQ ${version}: ${each.summary.replace(/\.$/, "")}`,
            fix: `see ${each.source}`,
        }));
}

/** A setting with a default also applies to queues that do not set it, so they change when its queue types change. */
function changedDefaults({ topology: { queues, brokerVersion }, version }: TopologyView): readonly Problem[] {
    const used = [...new Set(queues.map(({ type }) => type))].sort();
    return Object.entries(queueSettings).flatMap(([key, capability]) => {
        const value = capability.default;
        if (value === undefined || !isIn(capability, brokerVersion) || !isIn(capability, version)) {
            return [];
        }
        const before = queueTypesIn(capability, brokerVersion);
        const after = queueTypesIn(capability, version);
        const lost = used.filter((type) => before.includes(type) && !after.includes(type));
        const gained = used.filter((type) => after.includes(type) && !before.includes(type));
        return [
            ...(lost.length > 0
                ? [`no longer applies "${key}" to ${lost.join(" and ")} queues, whose default was`]
                : []),
            ...(gained.length > 0
                ? [`also applies "${key}" to ${gained.join(" and ")} queues, whose default is`]
                : []),
        ].map((change) => ({
            place,
            message: `RabbitMQ ${version} ${change} ${valueText(value)}`,
            fix: `see ${capability.source}`,
        }));
    });
}

function missingUpgradePath({ topology: { brokerVersion }, version }: TopologyView): readonly Problem[] {
    const oldest = upgradesFrom[version];
    return isAtLeast(brokerVersion, oldest)
        ? []
        : [
              {
                  place,
                  message: `RabbitMQ ${version} does not support an in-place upgrade from RabbitMQ ${brokerVersion}`,
                  fix: `upgrade to the latest ${oldest} and enable all its feature flags first, or move to a new cluster`,
              },
          ];
}
