import { capabilities } from "../../broker/capabilities.js";
import { type Capability, isIn } from "../../broker/capability.js";
import type { Rule } from "../rule.js";

export const changedBehaviour: Rule = {
    id: "changedBehaviour",
    severity: "note",
    reason: "The broker behaves differently in the version that the topology is judged for: nothing is refused, but services may notice.",
    fix: "Read the release notes, and try the services on that version.",
    invariants: [21],
    source: "https://www.rabbitmq.com/release-information",
    check: ({ topology, version }) => {
        const used = new Set(topology.queues.map(({ type }) => type));
        return Object.values<Capability>(capabilities)
            .filter(({ subject }) => subject === "broker")
            .filter((each) => isIn(each, version) !== isIn(each, topology.brokerVersion))
            .filter(({ queueTypes }) => queueTypes.length === 0 || queueTypes.some((type) => used.has(type)))
            .map((each) => ({
                place: "broker",
                message: `RabbitMQ ${version} ${isIn(each, version) ? "begins this" : "ends this"}: ${each.summary.replace(/\.$/, "")}`,
                fix: `see ${each.source}`,
            }));
    },
};
