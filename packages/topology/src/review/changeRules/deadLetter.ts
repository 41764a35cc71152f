import type { Fate } from "../../routing/fate.ts";
import { quoted } from "../../text/names.ts";
import { effectOf, effectRule } from "./effectRule.ts";
import { docs } from "./rule.ts";
import { type ChangedSetting, fateText, isDropped, type SettingRule } from "./settingRule.ts";

const removed = effectRule({
    id: "deadLetter.removed",
    consequences: ["dropped"],
    reason: "messages that are rejected, expire or exceed the limits were dead-lettered to a queue; now they are dropped",
    safeWay: "Bind the new dead-letter queue in an earlier release, and keep the old one until it is empty.",
    source: docs("dlx"),
    invariants: ["safeSettingChanges"],
});

const moved = effectRule({
    id: "deadLetter.moved",
    consequences: ["delayed"],
    reason: "dead letters go to another queue than before: check that it is monitored, too",
    source: docs("dlx#routing"),
    invariants: ["safeSettingChanges"],
});

const atMostOnce = effectRule({
    id: "deadLetter.atMostOnce",
    consequences: ["dropped"],
    reason: "dead letters are forwarded at most once: those that the dead-letter queue rejects, or that are in transit when a node fails, are dropped",
    safeWay:
        'At-least-once dead-lettering needs both "dead-letter-strategy" and overflow "reject-publish"; set both.',
    source: docs("quorum-queues#dead-lettering"),
    invariants: ["safeSettingChanges"],
});

export const deadLetterRules = [removed, moved, atMostOnce];

/**
 * Compares the queues that dead letters reach before and after. Used for both dead-letter settings, so that another route to the same queue
 * counts as no change.
 * @see https://www.rabbitmq.com/docs/dlx
 */
export const deadLetterAddress: SettingRule = ({ queueBefore, queueAfter, comparison }) => {
    const endBefore = comparison.before.fate(queueBefore.vhost, queueBefore.name, "rejected").end;
    const endAfter = comparison.after.fate(queueAfter.vhost, queueAfter.name, "rejected").end;
    if (JSON.stringify(endBefore) === JSON.stringify(endAfter) || endBefore.kind === "dropped") {
        return undefined;
    }
    return isDropped(endAfter)
        ? effectOf(removed, "dropped", {
              text: `messages that are rejected, expire or exceed the limits were dead-lettered to ${queueNames(endBefore)}; now they ${fateText(endAfter)}`,
          })
        : effectOf(moved, "delayed", {
              text: `dead letters ${fateText(endAfter)}, no longer in ${queueNames(endBefore)}`,
          });
};

function queueNames(endAfter: Fate["end"]): string {
    return endAfter.kind === "queue" ? quoted(endAfter.names) : "no queue";
}

/** @see https://www.rabbitmq.com/docs/quorum-queues#dead-lettering */
export const deadLetterStrategy: SettingRule = ({ before, after, queueAfter, comparison }: ChangedSetting) =>
    before === "at-least-once" &&
    after !== "at-least-once" &&
    comparison.after.settingOrDefault(queueAfter, "dead-letter-exchange") !== undefined
        ? effectOf(atMostOnce, "dropped")
        : undefined;
