import { perTopologyAndVersion } from "../lookup/memoize.ts";
import type { Exchange, KnownVersion, Policy, PolicyDefinition, Queue, Topology } from "../model/index.ts";
import {
    type MatchingPolicies,
    type PolicyTarget,
    policyMatcher,
    policyTarget,
} from "./effectivePolicies.ts";
import { mergedDefinition } from "./mergedPolicy.ts";
import { ResolvedSettings } from "./resolvedSettings.ts";
import type { Ineffective, Settings } from "./settings.ts";
import { SettingTable } from "./settingTable.ts";

export type { MatchingPolicies, PolicyTarget } from "./effectivePolicies.ts";
export type { EffectiveSetting, Ineffective, Origin, SettingSource } from "./settings.ts";

/** The effective settings of a queue or an exchange, with the policies that match it. */
export interface EffectiveSettings extends MatchingPolicies {
    readonly target: PolicyTarget;
    /** The broker version. */
    readonly version: KnownVersion;
    /** The matching operator policies. */
    readonly operator: MatchingPolicies;
    /** Policy and operator policy merged; the broker reports it as `effective_policy_definition`. */
    readonly definition: PolicyDefinition;
    readonly settings: Settings;
    readonly withoutEffect: readonly Ineffective[];
}

/** Returns the effective settings of a queue or an exchange of one topology. */
export type SettingsOf = (object: Queue | Exchange) => EffectiveSettings;

/**
 * Makes the function that returns the effective settings of a topology's queues and exchanges, each computed once.
 * @param version the broker version; by default, the one that the topology was compiled for
 * @see https://www.rabbitmq.com/docs/policies
 * @see https://www.rabbitmq.com/docs/policies#operator-policies
 */
export const effectiveSettings: (topology: Topology, version?: KnownVersion) => SettingsOf =
    perTopologyAndVersion(({ policies, operatorPolicies }, version) => {
        const matchingPoliciesOf = policyMatcher(policies, "policy", version);
        const matchingOperatorPoliciesOf = policyMatcher(operatorPolicies, "operator policy", version);
        const tables = new Map<string, SettingTable>();
        const tableOf = (target: PolicyTarget): SettingTable => {
            const type = `${target.kind} ${target.object.type}`;
            const known = tables.get(type) ?? new SettingTable(target, version);
            tables.set(type, known);
            return known;
        };
        const known = new Map<Queue | Exchange, EffectiveSettings>();
        return (object) => {
            let settings = known.get(object);
            if (settings === undefined) {
                const target = policyTarget(object);
                settings = new Effective(
                    target,
                    tableOf(target),
                    matchingPoliciesOf(target),
                    matchingOperatorPoliciesOf(target),
                );
                known.set(object, settings);
            }
            return settings;
        };
    });

class Effective implements EffectiveSettings {
    readonly target: PolicyTarget;
    readonly operator: MatchingPolicies;
    readonly settings: ResolvedSettings;
    readonly #table: SettingTable;
    readonly #matching: MatchingPolicies;

    constructor(
        target: PolicyTarget,
        table: SettingTable,
        matching: MatchingPolicies,
        operator: MatchingPolicies,
    ) {
        this.target = target;
        this.operator = operator;
        this.settings = new ResolvedSettings(target, table, matching.policy, operator.policy);
        this.#table = table;
        this.#matching = matching;
    }

    get version(): KnownVersion {
        return this.#table.version;
    }

    get policy(): Policy | undefined {
        return this.#matching.policy;
    }

    get tied(): MatchingPolicies["tied"] {
        return this.#matching.tied;
    }

    get shadowed(): MatchingPolicies["shadowed"] {
        return this.#matching.shadowed;
    }

    get dropped(): MatchingPolicies["dropped"] {
        return this.#matching.dropped;
    }

    get definition(): PolicyDefinition {
        return mergedDefinition(this.policy, this.operator.policy);
    }

    get withoutEffect(): readonly Ineffective[] {
        return this.settings.withoutEffect;
    }
}

/** The effective settings of every exchange and every queue of a topology, in this order. */
export function allEffectiveSettings(
    topology: Topology,
    version?: KnownVersion,
): readonly EffectiveSettings[] {
    return [...topology.exchanges, ...topology.queues].map(effectiveSettings(topology, version));
}
