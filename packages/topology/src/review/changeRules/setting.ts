import type { capabilities } from "../../broker/capabilities.ts";
import type { Queue } from "../../model/index.ts";
import type { Effect } from "../compare/change.ts";
import { type Comparison, hasSameSources } from "../compare/comparison.ts";
import { deadLetterAddress, deadLetterStrategy } from "./deadLetter.ts";
import { messageTtl, queueExpiry } from "./expiry.ts";
import { lengthLimit, overflow, retention } from "./lengthLimit.ts";
import {
    consumerTimeout,
    delayedRetry,
    deliveryLimit,
    disconnectedTimeout,
    federation,
    queueVersion,
} from "./redelivery.ts";
import type { SettingRule } from "./settingRule.ts";

/** Used only when a queue is declared, or without effect on messages. */
const harmless: SettingRule = () => undefined;

/** Set by argument only: a change replaces the queue, and the rule for that covers it. */
const byArgument: SettingRule = () => undefined;

/** The rule for each setting of a queue. A test checks that the capability table has the same keys. */
export const settingRules: Readonly<Partial<Record<keyof typeof capabilities, SettingRule>>> = {
    "message-ttl": messageTtl,
    expires: queueExpiry,
    "max-length": lengthLimit,
    "max-length-bytes": lengthLimit,
    "max-in-memory-length": harmless,
    "max-in-memory-bytes": harmless,
    overflow,
    "dead-letter-exchange": deadLetterAddress,
    "dead-letter-routing-key": deadLetterAddress,
    "dead-letter-strategy": deadLetterStrategy,
    "delivery-limit": deliveryLimit,
    "delayed-retry-type": delayedRetry,
    "delayed-retry-min": delayedRetry,
    "delayed-retry-max": delayedRetry,
    "consumer-timeout": consumerTimeout,
    "consumer-disconnected-timeout": disconnectedTimeout,
    "queue-leader-locator": harmless,
    "queue-master-locator": harmless,
    "target-group-size": harmless,
    "max-age": retention,
    "stream-max-segment-size-bytes": harmless,
    "stream-filter-size-bytes": harmless,
    "initial-cluster-size": harmless,
    "queue-version": queueVersion,
    "queue-mode": harmless,
    "federation-upstream": federation,
    "federation-upstream-set": federation,
    "federation-upstream-pattern": federation,
    "max-priority": byArgument,
    "single-active-consumer": byArgument,
    "quorum-initial-group-size": byArgument,
    "ha-mode": harmless,
    "ha-params": harmless,
    "ha-sync-mode": harmless,
    "ha-sync-batch-size": harmless,
    "ha-promote-on-shutdown": harmless,
    "ha-promote-on-failure": harmless,
};

const rules = new Map<string, SettingRule>(Object.entries(settingRules));

/** Settings that also affect a queue that is replaced: they decide about its future messages. */
const deadLetterKeys = ["dead-letter-exchange", "dead-letter-routing-key", "dead-letter-strategy"];

/** The effects of changed effective settings on queues that exist before and after. */
export function settingEffects(
    comparison: Comparison,
    isReplaced: (queue: Queue) => boolean,
): readonly Effect[] {
    return comparison.after.topology.queues.flatMap((queueAfter) => {
        const queueBefore = comparison.before.queueNamed(queueAfter.vhost, queueAfter.name);
        if (queueBefore === undefined || hasSameSources(comparison, queueBefore, queueAfter)) {
            return [];
        }
        const applies = isReplaced(queueAfter) ? (key: string) => deadLetterKeys.includes(key) : () => true;
        const [settingsBefore, settingsAfter] = [
            comparison.before.effective(queueBefore).settings,
            comparison.after.effective(queueAfter).settings,
        ];
        const effects = [...new Set([...settingsBefore.keys(), ...settingsAfter.keys()])].flatMap((key) => {
            const [before, after] = [settingsBefore.value(key), settingsAfter.value(key)];
            if (!applies(key) || JSON.stringify(before) === JSON.stringify(after)) {
                return [];
            }
            const effect = rules.get(key)?.({ key, before, after, queueBefore, queueAfter, comparison });
            const object = { kind: "queue", vhost: queueAfter.vhost, name: queueAfter.name } as const;
            return effect === undefined ? [] : [{ ...effect, object }];
        });
        // The exchange and the key of a dead-letter address have the same effect.
        return [...new Map(effects.map((each) => [JSON.stringify(each.reason), each])).values()];
    });
}
