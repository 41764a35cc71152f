import type { Fate } from "../../routing/fate.ts";
import { quoted } from "../../text/names.ts";
import { effectOf, effectRule } from "./effectRule.ts";
import { docs } from "./rule.ts";
import { type ChangedSetting, destinyText, isDropped, type SettingRule } from "./settingRule.ts";

const removed = effectRule({
    id: "deadLetter.removed",
    consequences: ["dropped"],
    reason: "rejected, expired and surplus messages, which went to a queue, are dropped",
    safeWay:
        "Bind the new place of the dead letters in a release before; keep the old one until it is empty.",
    source: docs("dlx"),
    invariants: ["safeSettingChanges"],
});

const moved = effectRule({
    id: "deadLetter.moved",
    consequences: ["delayed"],
    reason: "dead letters end in another queue than before, where those who look after them must look, too",
    source: docs("dlx#routing"),
    invariants: ["safeSettingChanges"],
});

const atMostOnce = effectRule({
    id: "deadLetter.atMostOnce",
    consequences: ["dropped"],
    reason: "dead letters leave before their target has confirmed them: those that it cannot take, or that travel while a node fails, are dropped",
    safeWay:
        'At-least-once needs both "dead-letter-strategy" and overflow "reject-publish"; keep the two together.',
    source: docs("quorum-queues#dead-lettering"),
    invariants: ["safeSettingChanges"],
});

export const deadLetterRules = [removed, moved, atMostOnce];

/**
 * Where dead letters end, before and after. Both keys of the dead-letter address are judged by that, so that another way to the same queue
 * is no change.
 * @see https://www.rabbitmq.com/docs/dlx
 */
export const deadLetterAddress: SettingRule = ({ was, is, comparison }) => {
    const old = comparison.before.fate(was.vhost, was.name, "rejected").end;
    const end = comparison.after.fate(is.vhost, is.name, "rejected").end;
    if (JSON.stringify(old) === JSON.stringify(end) || old.kind === "dropped") {
        return undefined;
    }
    return isDropped(end)
        ? effectOf(removed, "dropped", {
              text: `rejected, expired and surplus messages, which went to ${names(old)}, ${destinyText(end)}`,
          })
        : effectOf(moved, "delayed", { text: `dead letters ${destinyText(end)}, no more in ${names(old)}` });
};

function names(end: Fate["end"]): string {
    return end.kind === "queue" ? quoted(end.names) : `a place of their own`;
}

/** @see https://www.rabbitmq.com/docs/quorum-queues#dead-lettering */
export const deadLetterStrategy: SettingRule = ({ before, after, is, comparison }: ChangedSetting) =>
    before === "at-least-once" &&
    after !== "at-least-once" &&
    comparison.after.settingOrDefault(is, "dead-letter-exchange") !== undefined
        ? effectOf(atMostOnce, "dropped")
        : undefined;
