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

/** Looked at when a queue is declared, or without effect on messages. */
const harmless: SettingRule = () => undefined;

/** Said by argument only: to change it is to make the queue again, and its messages are gone. */
const byArgument: SettingRule = () => undefined;

/** What a change of each setting of a queue does to its messages; a test holds the keys against the capability table. */
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
};

const rules = new Map<string, SettingRule>(Object.entries(settingRules));

/** What still matters to a queue that is made again: it is empty then, but its messages to come will die, too. */
const lasting = ["dead-letter-exchange", "dead-letter-routing-key", "dead-letter-strategy"];

/** What a changed effective setting does to the messages of each queue that is on both sides. */
export function settingEffects(
    comparison: Comparison,
    isReplaced: (queue: Queue) => boolean,
): readonly Effect[] {
    return comparison.after.topology.queues.flatMap((is) => {
        const was = comparison.before.queueNamed(is.vhost, is.name);
        if (was === undefined || hasSameSources(comparison, was, is)) {
            return [];
        }
        const counts = isReplaced(is) ? (key: string) => lasting.includes(key) : () => true;
        const [old, now] = [
            comparison.before.effective(was).settings,
            comparison.after.effective(is).settings,
        ];
        const effects = [...new Set([...old.keys(), ...now.keys()])].flatMap((key) => {
            const [before, after] = [old.value(key), now.value(key)];
            if (!counts(key) || JSON.stringify(before) === JSON.stringify(after)) {
                return [];
            }
            const effect = rules.get(key)?.({ key, before, after, was, is, comparison });
            const object = { kind: "queue", vhost: is.vhost, name: is.name } as const;
            return effect === undefined ? [] : [{ ...effect, object }];
        });
        // Two keys of one address come to the same.
        return [...new Map(effects.map((each) => [JSON.stringify(each.reason), each])).values()];
    });
}
