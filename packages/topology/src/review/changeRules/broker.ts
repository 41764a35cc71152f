import { isAtLeast, type KnownVersion, knownVersions } from "../../model/index.ts";
import type { Effect } from "../compare/change.ts";
import { effectOf, effectRule } from "./effectRule.ts";
import { type Context, docs, type KindRule, updates } from "./rule.ts";

const upgrade = docs("upgrade");

/** The RabbitMQ version that a topology targets. Settings that another version changes are reported with each queue. */
export const brokerRule: KindRule = {
    fields: {
        version: updates("broker.version", "another version is installed, node by node", upgrade),
    },
    created: { rule: "broker.created", text: "a new broker", source: upgrade },
    deleted: { rule: "broker.deleted", text: "the broker is removed", source: upgrade },
    effects: (draft, context) => {
        const [change] = draft.fields;
        const [from, to] = [versionOf(change?.before), versionOf(change?.after)];
        return draft.action !== "update" || from === undefined || to === undefined
            ? []
            : [...restart(from, to), ...priorities(from, to, context)];
    },
};

function versionOf(value: unknown): KnownVersion | undefined {
    return knownVersions.find((each) => each === value);
}

const upgraded = effectRule({
    id: "broker.upgrade",
    consequences: ["delayed"],
    reason: "every node restarts during the upgrade; a quorum queue is unavailable while less than a majority of its replicas is online",
    safeWay: "Upgrade the nodes one by one, and wait each time until all replicas of its queues are online.",
    source: upgrade,
    invariants: ["supportedSettings"],
});

const downgraded = effectRule({
    id: "broker.downgrade",
    consequences: ["lost"],
    reason: "a node of an older version does not start with the data of a newer one: the broker starts empty",
    safeWay: "Set up a second cluster of the older version and move the messages there with a shovel.",
    source: docs("upgrade#recommendations"),
    invariants: ["approvedDestruction", "supportedSettings"],
});

const prioritiesChanged = effectRule({
    id: "broker.priorities",
    consequences: ["reordered"],
    reason: "from 4.3 on, quorum queues deliver 32 priorities strictly in order; before, they delivered two high-priority messages for each normal one",
    source: docs("quorum-queues#priorities"),
    invariants: ["supportedSettings", "supportedPriorities"],
});

export const brokerRules = [upgraded, downgraded, prioritiesChanged];

function restart(from: KnownVersion, to: KnownVersion): readonly Effect[] {
    return isAtLeast(to, from)
        ? [
              effectOf(upgraded, "delayed", {
                  text: `every node restarts during the upgrade from ${from} to ${to}; a quorum queue is unavailable while less than a majority of its replicas is online`,
              }),
          ]
        : [
              effectOf(downgraded, "lost", {
                  text: `a node of version ${to} does not start with the data of version ${from}: the broker starts empty`,
              }),
          ];
}

function priorities(from: KnownVersion, to: KnownVersion, { comparison }: Context): readonly Effect[] {
    const isUsed = comparison.before.topology.services.some(({ publishes }) =>
        publishes.some(({ urgency }) => urgency),
    );
    const isStrict = isAtLeast(to, "4.3");
    return isAtLeast(from, "4.3") === isStrict || (comparison.before.hasServices && !isUsed)
        ? []
        : [
              effectOf(prioritiesChanged, "reordered", {
                  text: isStrict
                      ? "quorum queues deliver 32 priorities strictly in order; before, they delivered two high-priority messages for each normal one"
                      : "quorum queues have only two priorities and deliver two high-priority messages for each normal one; before, high-priority messages always came first",
              }),
          ];
}
