import type { EffectiveSettings } from "../../broker/effective.js";
import type { Policy } from "../../model/index.js";
import type { ChangedObject, Effect } from "../change.js";
import type { Pair, Side } from "../side.js";
import { docs, type FieldRules, identityField, type KindRule, providerResource, updates } from "./rule.js";

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

/** Effects are found queue by queue, by effective settings: {@link isDecidedBy} tells which policies make them. */
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

/** Whether a policy is the one that applies to what an effect hits, before the change or after it. */
export function isDecidedBy({ kind, vhost, name }: ChangedObject, { object }: Effect, pair: Pair): boolean {
    return (
        object?.vhost === vhost &&
        [pair.before, pair.after].some((side) => {
            const effective = effectiveOf(side, object);
            const decisive = kind === "policy" ? effective?.policy : effective?.operatorPolicy;
            return decisive?.name === name;
        })
    );
}

function effectiveOf(side: Side, { kind, vhost, name }: ChangedObject): EffectiveSettings | undefined {
    const queue = kind === "queue" ? side.queue(vhost, name) : undefined;
    const exchange = kind === "exchange" ? side.exchange(vhost, name) : undefined;
    return queue !== undefined
        ? side.ofQueue(queue)
        : exchange !== undefined
          ? side.ofExchange(exchange)
          : undefined;
}
