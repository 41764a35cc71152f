import { effectOf, effectRule } from "./effectRule.ts";
import { docs } from "./rule.ts";
import {
    changeText,
    consequenceOf,
    destinyText,
    isDropped,
    isLowered,
    newFate,
    type SettingRule,
} from "./settingRule.ts";

const ttlLowered = effectRule({
    id: "ttl.lowered",
    consequences: ["dropped", "delayed"],
    reason: "messages that arrive from now on and are not consumed in a shorter time expire; those in the queue keep the time that they came with",
    safeWay: "Make sure that consumers are that fast, also after an outage.",
    source: docs("ttl#per-queue-message-ttl"),
    invariants: ["safeSettingChanges"],
});

const ttlRaised = effectRule({
    id: "ttl.raised",
    consequences: ["delayed"],
    reason: "a failed message waits longer before it is tried again",
    source: docs("ttl#per-queue-message-ttl"),
    invariants: ["safeSettingChanges"],
});

const expiryLowered = effectRule({
    id: "expiry.lowered",
    consequences: ["lost"],
    reason: "when nobody has used a queue for a while it is deleted, and its messages are not dead-lettered",
    safeWay: "Let messages expire (message-ttl), not queues.",
    source: docs("ttl#queue-ttl"),
    invariants: ["safeSettingChanges"],
});

export const expiryRules = [ttlLowered, ttlRaised, expiryLowered];

/**
 * Each message gets its time when it arrives, on classic and on quorum queues: a new TTL counts for messages to come, and takes back none
 * that lies in the queue (seen on 4.3: tests/broker/review.test.ts). Those behind it wait, too, as messages expire at the head of a queue.
 * @see https://www.rabbitmq.com/docs/ttl#per-queue-message-ttl
 */
export const messageTtl: SettingRule = (changed) => {
    const { before, after, was } = changed;
    if (isLowered(before, after)) {
        const end = newFate(changed, "expired");
        return effectOf(ttlLowered, consequenceOf(end), {
            text: `${changeText(changed)}: messages that arrive from now on and are not consumed in that time ${destinyText(end)}; those in the queue keep the time that they came with`,
            ...(isDropped(end) && {
                safeWay:
                    "Make sure that consumers are that fast, also after an outage, or give the queue a dead-letter exchange in a release before.",
            }),
        });
    }
    // A TTL that leads on to another queue is a waiting time: to raise it is to wait longer.
    const next = changed.comparison.before.fate(was.vhost, was.name, "expired");
    return was.purpose === "delay" && next.end.kind === "queue"
        ? effectOf(ttlRaised, "delayed", { text: `${changeText(changed)}: ${ttlRaised.reason}` })
        : undefined;
};

/** @see https://www.rabbitmq.com/docs/ttl#queue-ttl */
export const queueExpiry: SettingRule = (changed) =>
    isLowered(changed.before, changed.after)
        ? effectOf(expiryLowered, "lost", {
              text: `${changeText(changed)}: when nobody has used the queue for that long it is deleted, and its messages are not dead-lettered`,
          })
        : undefined;
