import { type BrokerVersion, brokerVersions, isAtLeast } from "../../model/index.ts";
import type { Effect } from "../compare/change.ts";
import { effectOf, effectRule } from "./effectRule.ts";
import { type Context, docs, type KindRule, updates } from "./rule.ts";

const upgrade = docs("upgrade");

/** The version that a topology is made for. What it changes in the settings of queues is told with each queue. */
export const brokerRule: KindRule = {
    fields: {
        version: updates("broker.version", "another version is installed, node by node", upgrade),
    },
    created: { rule: "broker.created", text: "there is a broker", source: upgrade },
    deleted: { rule: "broker.deleted", text: "there is no broker", source: upgrade },
    effects: (draft, context) => {
        const [change] = draft.fields;
        const [was, is] = [versionOf(change?.before), versionOf(change?.after)];
        return draft.action !== "update" || was === undefined || is === undefined
            ? []
            : [...restart(was, is), ...priorities(was, is, context)];
    },
};

function versionOf(value: unknown): BrokerVersion | undefined {
    return brokerVersions.find((each) => each === value);
}

const upgraded = effectRule({
    id: "broker.upgrade",
    consequences: ["delayed"],
    reason: "every node restarts on the way to another version; a queue waits while it has no majority of its replicas",
    safeWay: "Upgrade one node after the other, and wait each time until its queues are in step.",
    source: upgrade,
    invariants: ["supportedSettings"],
});

const downgraded = effectRule({
    id: "broker.downgrade",
    consequences: ["lost"],
    reason: "a node of an older version does not start on the data of a newer one: the broker begins empty",
    safeWay: "Set up a second cluster of the older version and move messages there with a shovel.",
    source: docs("upgrade#recommendations"),
    invariants: ["approvedDestruction", "supportedSettings"],
});

const prioritiesChanged = effectRule({
    id: "broker.priorities",
    consequences: ["reordered"],
    reason: "from 4.3 on quorum queues serve 32 priorities strictly in order; before, urgent and normal messages took turns, 2:1",
    source: docs("quorum-queues#priorities"),
    invariants: ["supportedSettings", "supportedPriorities"],
});

export const brokerRules = [upgraded, downgraded, prioritiesChanged];

function restart(was: BrokerVersion, is: BrokerVersion): readonly Effect[] {
    return isAtLeast(is, was)
        ? [
              effectOf(upgraded, "delayed", {
                  text: `every node restarts on the way from ${was} to ${is}; a queue waits while it has no majority of its replicas`,
              }),
          ]
        : [
              effectOf(downgraded, "lost", {
                  text: `a node of ${is} does not start on the data of ${was}: the broker begins empty`,
              }),
          ];
}

function priorities(was: BrokerVersion, is: BrokerVersion, { comparison }: Context): readonly Effect[] {
    const isUsed = comparison.before.topology.services.some(({ publishes }) =>
        publishes.some(({ urgency }) => urgency),
    );
    const isStrict = isAtLeast(is, "4.3");
    return isAtLeast(was, "4.3") === isStrict || (comparison.before.hasServices && !isUsed)
        ? []
        : [
              effectOf(prioritiesChanged, "reordered", {
                  text: isStrict
                      ? "quorum queues serve 32 priorities strictly in order; before, urgent and normal messages took turns, 2:1"
                      : "quorum queues know two priorities only, served 2:1; before, urgent messages always went first",
              }),
          ];
}
