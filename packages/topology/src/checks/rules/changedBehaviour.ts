import { capabilities, queueSettings } from "../../broker/capabilities.ts";
import { type Capability, isIn, queueTypesIn } from "../../broker/capability.ts";
import { upgradesFrom } from "../../broker/upgradePath.ts";
import { isAtLeast, valueText } from "../../model/index.ts";
import type { TopologyView } from "../../view/topologyView.ts";
import type { CheckRule, Problem } from "../rule.ts";

export const changedBehaviour: CheckRule = {
    id: "changedBehaviour",
    severity: "note",
    reason: "The broker behaves differently in the version that the topology is judged for: nothing is refused, but services may notice.",
    fix: "Read the release notes, and try the services on that version.",
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
            message: `RabbitMQ ${version} ${isIn(each, version) ? "begins this" : "ends this"}: ${each.summary.replace(/\.$/, "")}`,
            fix: `see ${each.source}`,
        }));
}

/** A setting with a default acts on queues that nobody set it for, so they change with the queue types that have it. */
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
                ? [`no longer acts on "${key}" of ${lost.join(" and ")} queues, which was`]
                : []),
            ...(gained.length > 0
                ? [`also acts on "${key}" of ${gained.join(" and ")} queues, which is`]
                : []),
        ].map((change) => ({
            place,
            message: `RabbitMQ ${version} ${change} ${valueText(value)} where nobody sets it`,
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
                  message: `RabbitMQ ${version} takes over no cluster of ${brokerVersion} in place`,
                  fix: `upgrade to the latest ${oldest} and enable all its feature flags first, or move to a new cluster`,
              },
          ];
}
