import { pushTo } from "../lookup/groups.ts";
import { lazy } from "../lookup/memoize.ts";
import type { ArgumentValue, Exchange, KnownVersion, Policy, Queue, Topology } from "../model/index.ts";
import {
    allEffectiveSettings,
    type EffectiveSettings,
    effectiveSettings,
    type SettingsOf,
} from "../settings/effective.ts";
import { mergedValue } from "../settings/mergedPolicy.ts";
import { argumentOfSetting } from "../settings/settingTable.ts";
import { boundsOf } from "./bounds.ts";

/** Effective and configured settings, as the rules need them. */
export interface KnownSettings {
    /** The effective settings of every exchange and every queue. */
    readonly allEffective: readonly EffectiveSettings[];
    readonly effective: SettingsOf;
    /** The queues and exchanges that a policy or operator policy matches, whether or not it applies. */
    readonly matched: (policy: Policy) => readonly (Queue | Exchange)[];
    /** The effective value of a policy key; `undefined` if the default applies. */
    readonly setting: (queue: Queue, key: string) => ArgumentValue | undefined;
    /** The same, `undefined` if it is not a number. */
    readonly number: (queue: Queue, key: string) => number | undefined;
    /** The effective value, or the broker's default. */
    readonly settingOrDefault: (queue: Queue, key: string) => ArgumentValue | undefined;
    /** The value in a policy or argument, whether or not it has an effect. */
    readonly configured: (queue: Queue, key: string) => ArgumentValue | undefined;
    /** Whether any setting limits how much it stores. */
    readonly isBounded: (queue: Queue) => boolean;
    readonly alternateOf: (exchange: Exchange) => string | undefined;
}

/**
 * Computes settings on request.
 * @param isWritten whether any policy or argument sets a key. Dozens of rules read a key of every queue, and most keys are not set anywhere.
 */
export function knownSettings(
    topology: Topology,
    version: KnownVersion,
    isWritten: (key: string) => boolean,
): KnownSettings {
    const effective = effectiveSettings(topology, version);
    const allEffective = allEffectiveSettings(topology, version);
    const matches = lazy(() => {
        const found = new Map<Policy, (Queue | Exchange)[]>();
        for (const settings of allEffective) {
            const addMatch = (policy: Policy): void => {
                pushTo(found, policy, settings.target.object);
            };
            for (const { policy, tied, shadowed, dropped } of [settings, settings.operator]) {
                // A tied policy may also be the one that applies; count it once.
                if (tied.length === 0 && policy !== undefined) {
                    addMatch(policy);
                }
                tied.forEach(addMatch);
                shadowed.forEach(addMatch);
                for (const { policy: ignored } of dropped) {
                    addMatch(ignored);
                }
            }
        }
        return found;
    });
    const setting = (queue: Queue, key: string): ArgumentValue | undefined =>
        isWritten(key) ? effective(queue).settings.effectiveOrUndefined(key) : undefined;
    return {
        allEffective,
        effective,
        matched: (policy) => matches().get(policy) ?? [],
        setting,
        number: (queue, key) => {
            const value = setting(queue, key);
            return typeof value === "number" ? value : undefined;
        },
        settingOrDefault: (queue, key) => effective(queue).settings.value(key),
        configured: (queue, key) => {
            if (!isWritten(key)) {
                return undefined;
            }
            const { policy, operator } = effective(queue);
            return configuredByArgument(queue, key) ?? mergedValue(policy, operator.policy, key);
        },
        isBounded: (queue) => boundsOf[queue.type].some((key) => setting(queue, key) !== undefined),
        alternateOf: (exchange) => {
            const value = effective(exchange).settings.value("alternate-exchange");
            return typeof value === "string" && value !== "" ? value : undefined;
        },
    };
}

/** The value of a setting in a queue's arguments, whether or not it has an effect. */
export function configuredByArgument(queue: Queue, key: string): ArgumentValue | undefined {
    const argument = argumentOfSetting("queue", key);
    return argument === undefined ? undefined : queue.arguments[argument];
}
