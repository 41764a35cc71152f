import type { BrokerVersion, Exchange, Policy, PolicyDefinition, Queue, Topology } from "../model/index.js";
import { type Contest, type PolicyTarget, policyContests, policyTarget } from "./effectivePolicies.js";
import { applyDependencies } from "./effectiveRules.js";
import { defaultSettings, type Ineffective, mergedDefinition, resolvedSettings } from "./effectiveSetting.js";
import { perVersion } from "./perTopology.js";
import type { EffectiveSetting, Settings } from "./settings.js";

export type { Contest, PolicyTarget } from "./effectivePolicies.js";
export type { Ineffective } from "./effectiveSetting.js";
export type { EffectiveSetting, Origin, Statement } from "./settings.js";

/** A queue or an exchange as the broker sees it. */
export interface EffectiveSettings extends Contest {
    readonly target: PolicyTarget;
    /** The broker's. */
    readonly version: BrokerVersion;
    /** How the operator policies stand to each other. */
    readonly operator: Contest;
    /** Policy and operator policy in one, which the broker reports as `effective_policy_definition`. */
    readonly definition: PolicyDefinition;
    readonly settings: Settings;
    readonly withoutEffect: readonly Ineffective[];
}

/** Tells how the broker sees a queue or an exchange of one topology. */
export type SettingsOf = (object: Queue | Exchange) => EffectiveSettings;

/**
 * The function that tells how the broker sees a queue or an exchange of a topology, each worked out once.
 * @param version the broker's, where it is not the one that the topology was made for
 * @see https://www.rabbitmq.com/docs/policies
 * @see https://www.rabbitmq.com/docs/policies#operator-policies
 */
export const effectiveSettings: (topology: Topology, version?: BrokerVersion) => SettingsOf = perVersion(
    ({ policies, operatorPolicies }, version) => {
        const contestOf = policyContests(policies, "policy", version);
        const operatorContestOf = policyContests(operatorPolicies, "operator policy", version);
        // One table for all objects of a type: of 10,000 queues, nearly every setting is a default.
        const defaults = new Map<string, ReadonlyMap<string, EffectiveSetting>>();
        const defaultsOf = (target: PolicyTarget): ReadonlyMap<string, EffectiveSetting> => {
            const type = target.kind === "queue" ? target.object.type : "exchange";
            const known = defaults.get(type) ?? defaultSettings(target, version);
            defaults.set(type, known);
            return known;
        };
        const known = new Map<Queue | Exchange, EffectiveSettings>();
        return (object) => {
            let settings = known.get(object);
            if (settings === undefined) {
                const target = policyTarget(object);
                settings = new SettingsInForce(
                    target,
                    version,
                    contestOf(target),
                    operatorContestOf(target),
                    defaultsOf(target),
                );
                known.set(object, settings);
            }
            return settings;
        };
    },
);

/** What policies come to is worked out when it is asked for: most queues of two versions have the same policies, and then nobody does. */
class SettingsInForce implements EffectiveSettings {
    readonly target: PolicyTarget;
    readonly version: BrokerVersion;
    readonly operator: Contest;
    readonly #contest: Contest;
    readonly #defaults: ReadonlyMap<string, EffectiveSetting>;
    #definition: PolicyDefinition | undefined;
    #resolved: ReturnType<typeof resolvedSettings> | undefined;

    constructor(
        target: PolicyTarget,
        version: BrokerVersion,
        contest: Contest,
        operator: Contest,
        defaults: ReadonlyMap<string, EffectiveSetting>,
    ) {
        this.target = target;
        this.version = version;
        this.operator = operator;
        this.#contest = contest;
        this.#defaults = defaults;
    }

    get policy(): Policy | undefined {
        return this.#contest.policy;
    }

    get tied(): Contest["tied"] {
        return this.#contest.tied;
    }

    get shadowed(): Contest["shadowed"] {
        return this.#contest.shadowed;
    }

    get dropped(): Contest["dropped"] {
        return this.#contest.dropped;
    }

    get definition(): PolicyDefinition {
        this.#definition ??= mergedDefinition(this.policy, this.operator.policy);
        return this.#definition;
    }

    get settings(): Settings {
        return this.#inForce().settings;
    }

    get withoutEffect(): readonly Ineffective[] {
        return this.#inForce().withoutEffect;
    }

    #inForce(): ReturnType<typeof resolvedSettings> {
        if (this.#resolved === undefined) {
            const { target, version, policy, operator } = this;
            const resolved = resolvedSettings(target, policy, operator.policy, version, this.#defaults);
            if (target.kind === "queue") {
                applyDependencies(target.object.type, resolved.settings, resolved.withoutEffect);
            }
            this.#resolved = resolved;
        }
        return this.#resolved;
    }
}

/** Every queue and exchange of a topology, as targets of policies. */
export function policyTargets({ exchanges, queues }: Topology): readonly PolicyTarget[] {
    return [...exchanges, ...queues].map(policyTarget);
}
