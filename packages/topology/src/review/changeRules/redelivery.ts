import { settingText } from "../compare/settings/settingText.ts";
import { effectOf, effectRule } from "./effectRule.ts";
import { retryChanged } from "./retry.ts";
import { docs } from "./rule.ts";
import {
    changeText,
    consequenceOf,
    destinyText,
    isLowered,
    isRaised,
    newFate,
    type SettingRule,
} from "./settingRule.ts";

const limitLowered = effectRule({
    id: "deliveryLimit.lowered",
    consequences: ["dropped", "delayed"],
    reason: "messages that were tried more often than a lower limit allows are given up at their next failure",
    safeWay:
        "Let the retries end first; where nothing takes dead letters, give the queue a dead-letter exchange in a release before.",
    source: docs("quorum-queues#poison-message-handling"),
    invariants: ["safeSettingChanges"],
});

const limitRemoved = effectRule({
    id: "deliveryLimit.removed",
    consequences: ["delayed"],
    reason: "a message that always fails comes back for ever and keeps the others waiting",
    safeWay: "Set a finite limit, however high.",
    source: docs("quorum-queues#poison-message-handling"),
    invariants: ["safeSettingChanges"],
});

const timeoutLowered = effectRule({
    id: "consumerTimeout.lowered",
    consequences: ["delayed"],
    reason: "what a consumer holds longer is taken back and delivered again, while the first may still work on it",
    safeWay: "Deploy consumers that finish or give up sooner in a release before.",
    source: docs("consumers#acknowledgement-timeout"),
    invariants: ["safeSettingChanges"],
});

const disconnectedRaised = effectRule({
    id: "disconnectedTimeout.raised",
    consequences: ["delayed"],
    reason: "what a consumer held whose node is gone comes back later",
    source: docs("quorum-queues"),
    invariants: ["safeSettingChanges"],
});

const federationChanged = effectRule({
    id: "federation.changed",
    consequences: ["delayed"],
    reason: "what lies upstream no longer comes here",
    safeWay: "Empty the upstream first.",
    source: docs("federation"),
    invariants: ["safeSettingChanges"],
});

const versionChanged = effectRule({
    id: "queueVersion.changed",
    consequences: ["delayed"],
    reason: "the queue is converted, and serves nobody until that is done",
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
            text: `${changeText(changed)}: messages that were tried more often are given up at their next failure, and ${destinyText(end)}`,
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
        text: `${changeText(changed)}: failed messages are tried again at other times; where that is sooner, an outage uses up their attempts sooner`,
    });

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
