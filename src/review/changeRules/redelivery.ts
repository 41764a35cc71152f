import { settingLabel, settingText } from "../settingText.js";
import { docs } from "./rule.js";
import {
    type ChangedSetting,
    consequenceOf,
    destinyText,
    isLowered,
    isRaised,
    newFate,
    type SettingRule,
} from "./settingRule.js";

/** @see https://www.rabbitmq.com/docs/quorum-queues#poison-message-handling */
export const deliveryLimit: SettingRule = (changed) => {
    const { before, after } = changed;
    if (isLowered(before, after)) {
        const end = newFate(changed, "delivery_limit");
        return {
            consequence: consequenceOf(end),
            reason: {
                rule: "deliveryLimit.lowered",
                text: `${text(changed)}: messages that were tried more often are given up at their next failure, and ${destinyText(end)}`,
                source: docs("quorum-queues#poison-message-handling"),
            },
            ...(end.kind === "dropped" && {
                safeWay: "Give the queue a dead-letter exchange in a release before.",
            }),
        };
    }
    const isUnlimited = settingText("delivery-limit", after) === "no limit";
    return isUnlimited
        ? {
              consequence: "delayed",
              reason: {
                  rule: "deliveryLimit.removed",
                  text: `${text(changed)}: a message that always fails comes back for ever and keeps the others waiting`,
                  source: docs("quorum-queues#poison-message-handling"),
              },
              safeWay: "Set a finite limit, however high.",
          }
        : undefined;
};

/** @see https://www.rabbitmq.com/docs/quorum-queues#delayed-retry */
export const delayedRetry: SettingRule = (changed) => ({
    consequence: "delayed",
    reason: {
        rule: "retry.changed",
        text: `${text(changed)}: failed messages are tried again at other times; where that is sooner, an outage uses up their attempts sooner`,
        source: docs("quorum-queues#delayed-retry"),
    },
});

/** @see https://www.rabbitmq.com/docs/consumers#acknowledgement-timeout */
export const consumerTimeout: SettingRule = (changed) =>
    isLowered(changed.before, changed.after)
        ? {
              consequence: "delayed",
              reason: {
                  rule: "consumerTimeout.lowered",
                  text: `${text(changed)}: what a consumer holds longer is taken back and delivered again, while the first may still work on it`,
                  source: docs("consumers#acknowledgement-timeout"),
              },
              safeWay: "Deploy consumers that finish or give up sooner in a release before.",
          }
        : undefined;

/** @see https://www.rabbitmq.com/docs/quorum-queues */
export const disconnectedTimeout: SettingRule = (changed) =>
    changed.after !== undefined && isRaised(changed.before, changed.after)
        ? {
              consequence: "delayed",
              reason: {
                  rule: "disconnectedTimeout.raised",
                  text: `${text(changed)}: what a consumer held whose node is gone comes back later`,
                  source: docs("quorum-queues"),
              },
          }
        : undefined;

/** @see https://www.rabbitmq.com/docs/consumers#single-active-consumer */
export const singleActiveConsumer: SettingRule = ({ after }) => ({
    consequence: "reordered",
    reason: {
        rule: "singleActiveConsumer.changed",
        text:
            after === true
                ? "one consumer is served at a time, the others are in reserve"
                : "several consumers are served at once and overtake each other",
        source: docs("consumers#single-active-consumer"),
    },
});

/** @see https://www.rabbitmq.com/docs/priority */
export const maxPriority: SettingRule = (changed) => ({
    consequence: "reordered",
    reason: {
        rule: "priority.changed",
        text: `${text(changed)}: messages of different priority overtake each other differently`,
        source: docs("priority"),
    },
});

/** @see https://www.rabbitmq.com/docs/federated-queues */
export const federation: SettingRule = (changed) =>
    changed.before === undefined
        ? undefined
        : {
              consequence: "delayed",
              reason: {
                  rule: "federation.changed",
                  text: `${text(changed)}: what lies upstream no longer comes here`,
                  source: docs("federation"),
              },
              safeWay: "Empty the upstream first.",
          };

/** @see https://www.rabbitmq.com/docs/classic-queues */
export const queueVersion: SettingRule = (changed) => ({
    consequence: "delayed",
    reason: {
        rule: "queueVersion.changed",
        text: `${text(changed)}: the queue is converted, and serves nobody until that is done`,
        source: docs("persistence-conf#queue-version"),
    },
});

function text({ key, before, after }: ChangedSetting): string {
    return `${settingLabel(key)} ${settingText(key, before)} -> ${settingText(key, after)}`;
}
