import { perTopologyAndVersion } from "../lookup/memoize.ts";
import type { BrokerVersion, Exchange, Policy, PolicyDefinition, Queue, Topology } from "../model/index.ts";
import { type Contest, type PolicyTarget, policyContests, policyTarget } from "./effectivePolicies.ts";
import { mergedDefinition } from "./mergedPolicy.ts";
import type { Ineffective, Settings } from "./settings.ts";
import { SettingsInForce } from "./settingsInForce.ts";
import { SettingTable } from "./settingTable.ts";

export type { Contest, PolicyTarget } from "./effectivePolicies.ts";
export type { EffectiveSetting, Ineffective, Origin, SettingSource } from "./settings.ts";

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
export const effectiveSettings: (topology: Topology, version?: BrokerVersion) => SettingsOf =
    perTopologyAndVersion(({ policies, operatorPolicies }, version) => {
        const contestOf = policyContests(policies, "policy", version);
        const operatorContestOf = policyContests(operatorPolicies, "operator policy", version);
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
                    contestOf(target),
                    operatorContestOf(target),
                );
                known.set(object, settings);
            }
            return settings;
        };
    });

class Effective implements EffectiveSettings {
    readonly target: PolicyTarget;
    readonly operator: Contest;
    readonly settings: SettingsInForce;
    readonly #table: SettingTable;
    readonly #contest: Contest;

    constructor(target: PolicyTarget, table: SettingTable, contest: Contest, operator: Contest) {
        this.target = target;
        this.operator = operator;
        this.settings = new SettingsInForce(target, table, contest.policy, operator.policy);
        this.#table = table;
        this.#contest = contest;
    }

    get version(): BrokerVersion {
        return this.#table.version;
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
        return mergedDefinition(this.policy, this.operator.policy);
    }

    get withoutEffect(): readonly Ineffective[] {
        return this.settings.withoutEffect;
    }
}

/** How the broker sees every exchange and every queue of a topology, in this order. */
export function allEffectiveSettings(
    topology: Topology,
    version?: BrokerVersion,
): readonly EffectiveSettings[] {
    return [...topology.exchanges, ...topology.queues].map(effectiveSettings(topology, version));
}
