import { effectiveSettings, type PolicyTarget, policyTargets, type SettingsOf } from "../broker/effective.js";
import { append } from "../broker/groups.js";
import type { ArgumentValue, BrokerVersion, Exchange, Policy, Queue, Topology } from "../model/index.js";
import { once } from "./once.js";

/** What the broker makes of policies and arguments, as the rules ask for it. */
export interface KnownSettings {
    /** Every queue and exchange, with its kind as a person calls it. */
    readonly targets: readonly PolicyTarget[];
    readonly effective: SettingsOf;
    /** The queues and exchanges that a policy or operator policy looks at, whether or not it wins. */
    readonly matched: (policy: Policy) => readonly (Queue | Exchange)[];
    /** What somebody sets for a queue and the broker acts on; keyed as a policy spells it. */
    readonly setting: (queue: Queue, key: string) => ArgumentValue | undefined;
    /** The same where only a number makes sense. */
    readonly number: (queue: Queue, key: string) => number | undefined;
    /** What the broker acts on, its own default where nobody sets anything. */
    readonly inForce: (queue: Queue, key: string) => ArgumentValue | undefined;
    /** What policies or arguments say, whether or not the broker acts on it. */
    readonly said: (queue: Queue, key: string) => ArgumentValue | undefined;
    readonly alternateOf: (exchange: Exchange) => string | undefined;
}

/** Answers each question about an object once. */
export function knownSettings(topology: Topology, version: BrokerVersion): KnownSettings {
    const targets = policyTargets(topology);
    const effective = effectiveSettings(topology, version);
    const matches = once(() => {
        const found = new Map<Policy, (Queue | Exchange)[]>();
        for (const { object } of targets) {
            const settings = effective(object);
            for (const { policy, tied, shadowed, dropped } of [settings, settings.operator]) {
                // A tied policy may be the one that applies, and is not to be counted twice.
                const winners = tied.length > 0 || policy === undefined ? tied : [policy];
                for (const each of [...winners, ...shadowed, ...dropped.map((other) => other.policy)]) {
                    append(found, each, object);
                }
            }
        }
        return found;
    });
    // Dozens of rules ask all queues about a key, most of which nobody sets: by key, an answer costs one look, or none.
    const stated = once(() => {
        const byKey = new Map<string, Map<Queue, ArgumentValue>>();
        for (const queue of topology.queues) {
            for (const { key, value } of effective(queue).settings.stated()) {
                const known = byKey.get(key) ?? new Map<Queue, ArgumentValue>();
                byKey.set(key, known.set(queue, value));
            }
        }
        return byKey;
    });
    const setting = (queue: Queue, key: string): ArgumentValue | undefined => stated().get(key)?.get(queue);
    return {
        targets,
        effective,
        matched: (policy) => matches().get(policy) ?? [],
        setting,
        number: (queue, key) => {
            const value = setting(queue, key);
            return typeof value === "number" ? value : undefined;
        },
        inForce: (queue, key) => effective(queue).settings.get(key)?.value,
        said: (queue, key) => queue.arguments[`x-${key}`] ?? effective(queue).definition[key],
        alternateOf: (exchange) => {
            const value = effective(exchange).settings.get("alternate-exchange")?.value;
            return typeof value === "string" && value !== "" ? value : undefined;
        },
    };
}
