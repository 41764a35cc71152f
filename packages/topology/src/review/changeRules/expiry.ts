import { effectOf, effectRule } from "./effectRule.ts";
import { docs } from "./rule.ts";
import {
    changeText,
    consequenceOf,
    fateText,
    isDropped,
    isLowered,
    newFate,
    type SettingRule,
} from "./settingRule.ts";

const ttlLowered = effectRule({
    id: "ttl.lowered",
    consequences: ["dropped", "delayed"],
    reason: "new messages expire sooner if they are not consumed; messages already in the queue keep their old TTL",
    safeWay: "Make sure that consumers are fast enough, also after an outage.",
    source: docs("ttl#per-queue-message-ttl"),
    invariants: ["safeSettingChanges"],
});

const ttlRaised = effectRule({
    id: "ttl.raised",
    consequences: ["delayed"],
    reason: "failed messages wait longer before they are retried",
    source: docs("ttl#per-queue-message-ttl"),
    invariants: ["safeSettingChanges"],
});

const expiryLowered = effectRule({
    id: "expiry.lowered",
    consequences: ["lost"],
    reason: "the broker deletes a queue that is unused for that time, and its messages are not dead-lettered",
    safeWay: "Let messages expire (message-ttl) instead of queues.",
    source: docs("ttl#queue-ttl"),
    invariants: ["safeSettingChanges"],
});

export const expiryRules = [ttlLowered, ttlRaised, expiryLowered];

/**
 * A message gets its TTL when it arrives, in classic and in quorum queues: a new TTL applies to new messages only (seen on 4.3:
 * tests/broker/review.test.ts). Messages expire at the head of a queue, so new ones also wait for those before them.
 * @see https://www.rabbitmq.com/docs/ttl#per-queue-message-ttl
 */
export const messageTtl: SettingRule = (changed) => {
    const { before, after, queueBefore } = changed;
    if (isLowered(before, after)) {
        const end = newFate(changed, "expired");
        return effectOf(ttlLowered, consequenceOf(end), {
            text: `${changeText(changed)}: new messages that are not consumed in that time ${fateText(end)}; messages already in the queue keep their old TTL`,
            ...(isDropped(end) && {
                safeWay:
                    "Make sure that consumers are fast enough, also after an outage, or give the queue a dead-letter exchange in an earlier release.",
            }),
        });
    }
    // The TTL of a delay queue is a retry delay: a higher one delays retries.
    const next = changed.comparison.before.fate(queueBefore.vhost, queueBefore.name, "expired");
    return queueBefore.purpose === "delay" && next.end.kind === "queue"
        ? effectOf(ttlRaised, "delayed", { text: `${changeText(changed)}: ${ttlRaised.reason}` })
        : undefined;
};

/** @see https://www.rabbitmq.com/docs/ttl#queue-ttl */
export const queueExpiry: SettingRule = (changed) =>
    isLowered(changed.before, changed.after)
        ? effectOf(expiryLowered, "lost", {
              text: `${changeText(changed)}: ${expiryLowered.reason}`,
          })
        : undefined;
