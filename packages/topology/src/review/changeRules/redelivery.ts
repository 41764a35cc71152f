import { settingText } from "../compare/settings/settingText.ts";
import { effectOf, effectRule } from "./effectRule.ts";
import { retryChanged } from "./retry.ts";
import { docs } from "./rule.ts";
import {
    type ChangedSetting,
    changeText,
    consequenceOf,
    fateText,
    isLowered,
    isRaised,
    newFate,
    type SettingRule,
} from "./settingRule.ts";

const limitLowered = effectRule({
    id: "deliveryLimit.lowered",
    consequences: ["dropped", "delayed"],
    reason: "messages that were redelivered more often than the new limit allows are dead-lettered or dropped at their next failure",
    safeWay:
        "Wait until the queue has no messages in retry. If it has no dead-letter exchange, add one in an earlier release.",
    source: docs("quorum-queues#poison-message-handling"),
    invariants: ["safeSettingChanges"],
});

const limitRemoved = effectRule({
    id: "deliveryLimit.removed",
    consequences: ["delayed"],
    reason: "a message that always fails is redelivered without end and delays the others",
    safeWay: "Set a high limit instead of none.",
    source: docs("quorum-queues#poison-message-handling"),
    invariants: ["safeSettingChanges"],
});

const timeoutLowered = effectRule({
    id: "consumerTimeout.lowered",
    consequences: ["delayed"],
    reason: "messages that a consumer does not acknowledge in time are requeued and delivered again, while the first consumer may still work on them",
    safeWay: "Deploy consumers that finish or stop sooner in an earlier release.",
    source: docs("consumers#acknowledgement-timeout"),
    invariants: ["safeSettingChanges"],
});

const disconnectedRaised = effectRule({
    id: "disconnectedTimeout.raised",
    consequences: ["delayed"],
    reason: "unacknowledged messages of a consumer on a failed node are requeued later",
    source: docs("quorum-queues"),
    invariants: ["safeSettingChanges"],
});

const federationChanged = effectRule({
    id: "federation.changed",
    consequences: ["delayed"],
    reason: "messages from the upstream no longer arrive",
    safeWay: "Empty the upstream first.",
    source: docs("federation"),
    invariants: ["safeSettingChanges"],
});

const versionChanged = effectRule({
    id: "queueVersion.changed",
    consequences: ["delayed"],
    reason: "the queue is converted, and is unavailable during the conversion",
    source: docs("persistence-conf#queue-version"),
    invariants: ["safeSettingChanges"],
});

export const redeliveryRules = [
    limitLowered,
    limitRemoved,
    timeoutLowered,
    disconnectedRaised,
    federationChanged,
    versionChanged,
];

/** @see https://www.rabbitmq.com/docs/quorum-queues#poison-message-handling */
export const deliveryLimit: SettingRule = (changed) => {
    const { before, after } = changed;
    if (isLowered(before, after)) {
        const end = newFate(changed, "delivery_limit");
        return effectOf(limitLowered, consequenceOf(end), {
            text: `${changeText(changed)}: messages that were redelivered more often leave the queue at their next failure and ${fateText(end)}`,
        });
    }
    const isUnlimited = settingText("delivery-limit", after) === "no limit";
    return isUnlimited
        ? effectOf(limitRemoved, "delayed", { text: `${changeText(changed)}: ${limitRemoved.reason}` })
        : undefined;
};

/** @see https://www.rabbitmq.com/docs/quorum-queues#delayed-retry */
export const delayedRetry: SettingRule = (changed) =>
    effectOf(retryChanged, "delayed", {
        text: `${changeText(changed)}: ${retryTimes(changed)}`,
    });

function retryTimes({ key, before, after }: ChangedSetting): string {
    if (key === "delayed-retry-type" || isRaised(before, after) === isLowered(before, after)) {
        return "failed messages are retried at other times";
    }
    return isRaised(before, after)
        ? "failed messages are retried later"
        : "failed messages are retried sooner, so an outage uses up their attempts sooner";
}

/** @see https://www.rabbitmq.com/docs/consumers#acknowledgement-timeout */
export const consumerTimeout: SettingRule = (changed) =>
    isLowered(changed.before, changed.after)
        ? effectOf(timeoutLowered, "delayed", { text: `${changeText(changed)}: ${timeoutLowered.reason}` })
        : undefined;

/** @see https://www.rabbitmq.com/docs/quorum-queues */
export const disconnectedTimeout: SettingRule = (changed) =>
    changed.after !== undefined && isRaised(changed.before, changed.after)
        ? effectOf(disconnectedRaised, "delayed", {
              text: `${changeText(changed)}: ${disconnectedRaised.reason}`,
          })
        : undefined;

/** @see https://www.rabbitmq.com/docs/federated-queues */
export const federation: SettingRule = (changed) =>
    changed.before === undefined
        ? undefined
        : effectOf(federationChanged, "delayed", {
              text: `${changeText(changed)}: ${federationChanged.reason}`,
          });

/** @see https://www.rabbitmq.com/docs/classic-queues */
export const queueVersion: SettingRule = (changed) =>
    effectOf(versionChanged, "delayed", { text: `${changeText(changed)}: ${versionChanged.reason}` });
