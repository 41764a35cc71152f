import type { Policy } from "../../model/index.ts";
import type { EffectiveSettings } from "../../settings/effective.ts";
import type { TopologyView } from "../../view/topologyView.ts";
import type { ChangedObject, Effect } from "../compare/change.ts";
import type { Comparison } from "../compare/comparison.ts";
import { docs, type FieldRules, identityField, type KindRule, providerResource, updates } from "./rule.ts";

const inPlace =
    "is changed in place, and the broker applies it to every matching object at once; no queue or exchange sees another setting than before";

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

/** Effects are found queue by queue, by effective settings: {@link decidingPolicies} tells which policies make them. */
function ruleOf(kind: string, source: string): KindRule {
    return {
        fields: fieldsOf(kind, source),
        created: {
            rule: "policy.created",
            text: "no queue or exchange that is there already sees another setting than before",
            source: docs("policies"),
        },
        deleted: {
            rule: "policy.deleted",
            text: "no queue or exchange that stays sees another setting than before",
            source: docs("policies"),
        },
        effects: () => [],
    };
}

export const policyRule = ruleOf("policy", providerResource("policy"));
export const operatorPolicyRule = ruleOf("operator policy", providerResource("operator_policy"));

/** The policies that apply to what an effect hits, before the change or after it, as objects of the diff. */
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
