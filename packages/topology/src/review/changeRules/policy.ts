import type { Policy } from "../../model/index.ts";
import type { EffectiveSettings } from "../../settings/effective.ts";
import type { TopologyView } from "../../view/topologyView.ts";
import type { ChangedObject, Effect } from "../compare/change.ts";
import type { Comparison } from "../compare/comparison.ts";
import { docs, type FieldRules, identityField, type KindRule, providerResource, updates } from "./rule.ts";

const inPlace = "is changed in place; the effective settings of all queues and exchanges stay the same";

function fieldsOf(kind: string, source: string): FieldRules<Policy> {
    return {
        vhost: identityField(kind),
        name: identityField(kind),
        pattern: updates("policy.pattern", inPlace, source),
        applyTo: updates("policy.applyTo", inPlace, source),
        precedence: updates("policy.precedence", inPlace, source),
        definition: updates("policy.definition", inPlace, source),
    };
}

/** Policies have no effects of their own: effects are found per queue, from effective settings. {@link decidingPolicies} finds their policies. */
function ruleOf(kind: string, source: string): KindRule {
    return {
        fields: fieldsOf(kind, source),
        created: {
            rule: "policy.created",
            text: "the effective settings of all existing queues and exchanges stay the same",
            source: docs("policies"),
        },
        deleted: {
            rule: "policy.deleted",
            text: "the effective settings of all remaining queues and exchanges stay the same",
            source: docs("policies"),
        },
        effects: () => [],
    };
}

export const policyRule = ruleOf("policy", providerResource("policy"));
export const operatorPolicyRule = ruleOf("operator policy", providerResource("operator_policy"));

/** The policies that apply to the object of an effect, before or after the change. */
export function decidingPolicies({ object }: Effect, comparison: Comparison): readonly ChangedObject[] {
    return object === undefined
        ? []
        : [comparison.before, comparison.after].flatMap((side) => {
              const { policy, operator } = effectiveOf(side, object) ?? {};
              return [...objectOf("policy", policy), ...objectOf("operator policy", operator?.policy)];
          });
}

function objectOf(kind: ChangedObject["kind"], policy: Policy | undefined): readonly ChangedObject[] {
    return policy === undefined ? [] : [{ kind, vhost: policy.vhost, name: policy.name }];
}

function effectiveOf(
    side: TopologyView,
    { kind, vhost, name }: ChangedObject,
): EffectiveSettings | undefined {
    const queue = kind === "queue" ? side.queueNamed(vhost, name) : undefined;
    const exchange = kind === "exchange" ? side.exchangeNamed(vhost, name) : undefined;
    return queue !== undefined
        ? side.effective(queue)
        : exchange !== undefined
          ? side.effective(exchange)
          : undefined;
}
