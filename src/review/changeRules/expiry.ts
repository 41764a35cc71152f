import { settingText } from "../settingText.js";
import { docs } from "./rule.js";
import {
    type ChangedSetting,
    consequenceOf,
    destinyText,
    isLowered,
    newFate,
    type SettingRule,
} from "./settingRule.js";

/**
 * Each message gets its time when it arrives, on classic and on quorum queues: a new TTL counts for messages to come, and takes back none
 * that lies in the queue (seen on 4.3: tests/broker/review.test.ts). Those behind it wait, too, as messages expire at the head of a queue.
 * @see https://www.rabbitmq.com/docs/ttl#per-queue-message-ttl
 */
export const messageTtl: SettingRule = (changed) => {
    const { before, after, was } = changed;
    if (isLowered(before, after)) {
        const end = newFate(changed, "expired");
        return {
            consequence: consequenceOf(end),
            reason: {
                rule: "ttl.lowered",
                text: `${text(changed)}: messages that arrive from now on and are not consumed in that time ${destinyText(end)}; those in the queue keep the time that they came with`,
                source: docs("ttl#per-queue-message-ttl"),
            },
            safeWay:
                end.kind === "dropped"
                    ? "Make sure that consumers are that fast, also after an outage, or give the queue a dead-letter exchange in a release before."
                    : "Make sure that consumers are that fast, also after an outage.",
        };
    }
    // A TTL that leads on to another queue is a waiting time: to raise it is to wait longer.
    const next = changed.pair.before.fate(was.vhost, was.name, "expired");
    return was.purpose === "delay" && next.end.kind === "queue"
        ? {
              consequence: "delayed",
              reason: {
                  rule: "ttl.raised",
                  text: `${text(changed)}: a failed message waits longer before it is tried again`,
                  source: docs("ttl#per-queue-message-ttl"),
              },
          }
        : undefined;
};

/** @see https://www.rabbitmq.com/docs/ttl#queue-ttl */
export const queueExpiry: SettingRule = (changed) =>
    isLowered(changed.before, changed.after)
        ? {
              consequence: "lost",
              reason: {
                  rule: "expiry.lowered",
                  text: `${text(changed)}: when nobody has used the queue for that long it is deleted, and its messages are not dead-lettered`,
                  source: docs("ttl#queue-ttl"),
              },
              safeWay: "Let messages expire (message-ttl), not queues.",
          }
        : undefined;

function text({ key, before, after }: ChangedSetting): string {
    return `${key === "expires" ? "queue expiry" : "TTL"} ${settingText(key, before)} -> ${settingText(key, after)}`;
}
