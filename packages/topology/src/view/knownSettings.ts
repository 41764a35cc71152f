import { pushTo } from "../lookup/groups.ts";
import { lazy } from "../lookup/memoize.ts";
import type { ArgumentValue, BrokerVersion, Exchange, Policy, Queue, Topology } from "../model/index.ts";
import {
    allEffectiveSettings,
    type EffectiveSettings,
    effectiveSettings,
    type SettingsOf,
} from "../settings/effective.ts";
import { mergedValue } from "../settings/mergedPolicy.ts";
import { argumentOfSetting } from "../settings/settingTable.ts";
import { boundsOf } from "./bounds.ts";

/** What the broker makes of policies and arguments, as the rules ask for it. */
export interface KnownSettings {
    /** How the broker sees every exchange and every queue. */
    readonly allEffective: readonly EffectiveSettings[];
    readonly effective: SettingsOf;
    /** The queues and exchanges that a policy or operator policy looks at, whether or not it wins. */
    readonly matched: (policy: Policy) => readonly (Queue | Exchange)[];
    /** What a source gives a queue and the broker acts on; keyed as a policy spells it. `undefined` where the default applies. */
    readonly setting: (queue: Queue, key: string) => ArgumentValue | undefined;
    /** The same where only a number makes sense. */
    readonly number: (queue: Queue, key: string) => number | undefined;
    /** What the broker acts on; its own default where no source gives a value. */
    readonly settingOrDefault: (queue: Queue, key: string) => ArgumentValue | undefined;
    /** What policies or arguments give, whether or not the broker acts on it. */
    readonly configured: (queue: Queue, key: string) => ArgumentValue | undefined;
    /** Whether anything bounds what it keeps. */
    readonly isBounded: (queue: Queue) => boolean;
    readonly alternateOf: (exchange: Exchange) => string | undefined;
}

/**
 * Answers the questions about settings.
 * @param isWritten whether anything of the topology says a key: dozens of rules ask all queues about one, and most of these nobody sets
 */
export function knownSettings(
    topology: Topology,
    version: BrokerVersion,
    isWritten: (key: string) => boolean,
): KnownSettings {
    const effective = effectiveSettings(topology, version);
    const allEffective = allEffectiveSettings(topology, version);
    const matches = lazy(() => {
        const found = new Map<Policy, (Queue | Exchange)[]>();
        for (const settings of allEffective) {
            const note = (policy: Policy): void => {
                pushTo(found, policy, settings.target.object);
            };
            for (const { policy, tied, shadowed, dropped } of [settings, settings.operator]) {
                // A tied policy may be the one that applies, and is not to be counted twice.
                if (tied.length === 0 && policy !== undefined) {
                    note(policy);
                }
                tied.forEach(note);
                shadowed.forEach(note);
                for (const { policy: passedOver } of dropped) {
                    note(passedOver);
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

/** What a queue's arguments give for a setting, whether or not the broker acts on it. */
export function configuredByArgument(queue: Queue, key: string): ArgumentValue | undefined {
    const argument = argumentOfSetting("queue", key);
    return argument === undefined ? undefined : queue.arguments[argument];
}
