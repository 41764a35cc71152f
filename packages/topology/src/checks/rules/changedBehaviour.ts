import { capabilities, queueSettings } from "../../broker/capabilities.ts";
import { asOf, type Capability, isIn, queueTypesIn } from "../../broker/capability.ts";
import { upgradePath } from "../../broker/upgradePath.ts";
import { valueText } from "../../model/index.ts";
import type { TopologyView } from "../../view/topologyView.ts";
import type { CheckRule, Problem } from "../rule.ts";

export const changedBehaviour: CheckRule = {
    id: "changedBehaviour",
    severity: "note",
    reason: "The broker behaves differently in the target version: it refuses nothing, but services may notice.",
    fix: "Read the release notes, and test the services on that version.",
    invariants: ["supportedSettings"],
    source: "https://www.rabbitmq.com/release-information",
    check: (view) => [...changedBehaviours(view), ...changedDefaults(view), ...upgradeSteps(view)],
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
        const value = asOf(capability, version).default;
        if (
            value === undefined ||
            asOf(capability, brokerVersion).default === undefined ||
            !isIn(capability, brokerVersion) ||
            !isIn(capability, version)
        ) {
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

/** The steps of an upgrade in place, and what must be done before each. */
function upgradeSteps({ topology: { brokerVersion }, version }: TopologyView): readonly Problem[] {
    const path = upgradePath(brokerVersion, version);
    const steps = [brokerVersion, ...path.map(({ to }) => to)].join(" -> ");
    return [
        ...(path.length > 1
            ? [
                  {
                      place,
                      message: `RabbitMQ ${version} does not support an in-place upgrade from RabbitMQ ${brokerVersion}`,
                      fix: `upgrade in the steps ${steps} and enable all feature flags after each (rabbitmqctl enable_feature_flag all), or move to a new cluster`,
                  },
              ]
            : []),
        ...path.flatMap(({ from, to, requires, condition, source }) =>
            requires === undefined
                ? []
                : [
                      {
                          place,
                          message: `a node of RabbitMQ ${to} does not start unless these feature flags are enabled: ${requires.join(", ")}`,
                          fix: `${condition === undefined ? "" : `${condition}; `}enable them on RabbitMQ ${from}: rabbitmqctl enable_feature_flag all; see ${source}`,
                      },
                  ],
        ),
    ];
}
