import type { Fate } from "../../broker/fate.js";
import { docs } from "./rule.js";
import { type ChangedSetting, destinyText, type SettingRule } from "./settingRule.js";

/**
 * Where dead letters end, before and after. Both keys of the dead-letter address are judged by that, so that another way to the same queue
 * is no change.
 * @see https://www.rabbitmq.com/docs/dlx
 */
export const deadLetterAddress: SettingRule = ({ was, is, pair }) => {
    const old = pair.before.fate(was.vhost, was.name, "rejected").end;
    const end = pair.after.fate(is.vhost, is.name, "rejected").end;
    if (JSON.stringify(old) === JSON.stringify(end) || old.kind === "dropped") {
        return undefined;
    }
    return end.kind === "dropped" || (end.kind === "cycle" && end.dropped)
        ? {
              consequence: "dropped",
              reason: {
                  rule: "deadLetter.removed",
                  text: `rejected, expired and surplus messages, which went to ${names(old)}, ${destinyText(end)}`,
                  source: docs("dlx"),
              },
              safeWay:
                  "Bind the new place of the dead letters in a release before; keep the old one until it is empty.",
          }
        : {
              consequence: "delayed",
              reason: {
                  rule: "deadLetter.moved",
                  text: `dead letters ${destinyText(end)}, no more in ${names(old)}`,
                  source: docs("dlx#routing"),
              },
          };
};

function names(end: Fate["end"]): string {
    return end.kind === "queue" ? end.names.map((name) => `"${name}"`).join(", ") : `a place of their own`;
}

/** @see https://www.rabbitmq.com/docs/quorum-queues#dead-lettering */
export const deadLetterStrategy: SettingRule = ({ before, after, is, pair }: ChangedSetting) =>
    before === "at-least-once" &&
    after !== "at-least-once" &&
    pair.after.setting(is, "dead-letter-exchange") !== undefined
        ? {
              consequence: "dropped",
              reason: {
                  rule: "deadLetter.atMostOnce",
                  text: "dead letters leave before their target has confirmed them: those that it cannot take, or that travel while a node fails, are dropped",
                  source: docs("quorum-queues#dead-lettering"),
              },
              safeWay:
                  'At-least-once needs both "dead-letter-strategy" and overflow "reject-publish"; keep the two together.',
          }
        : undefined;
