import type { Policy } from "../../model/index.ts";
import { quotedFirst } from "../../text/names.ts";
import { placeOf } from "../../text/place.ts";
import type { CheckRule } from "../rule.ts";

export const ambiguousPolicy: CheckRule = {
    id: "ambiguousPolicy",
    severity: "error",
    reason: "Several policies with the same precedence match one object. The broker applies only one of them, and which one is undefined.",
    fix: "Narrow one pattern, or give one a higher precedence.",
    invariants: ["onePolicyPerObject"],
    source: "https://www.rabbitmq.com/docs/policies#priorities",
    check: ({ allEffective }) =>
        allEffective.flatMap(({ target: { kind, object }, tied, operator }) => {
            return [
                { what: "policies", policies: tied },
                { what: "operator policies", policies: operator.tied },
            ]
                .filter(({ policies }) => policies.length > 1)
                .map(({ what, policies }) => ({
                    // Identical tied policies are harmless today, so this is only a note.
                    ...(haveSameDefinition(policies) && { severity: "note" as const }),
                    place: placeOf(object.vhost, kind, object.name),
                    message: `${what} ${quotedFirst(policies.map(({ name }) => name))} match with the same precedence ${policies[0]?.precedence ?? 0}`,
                    fix: "narrow one pattern, or give one a higher precedence",
                }));
        }),
};

function haveSameDefinition(policies: readonly Policy[]): boolean {
    const texts = policies.map(({ definition }) =>
        JSON.stringify(Object.entries(definition).sort(([a], [b]) => (a < b ? -1 : 1))),
    );
    return new Set(texts).size === 1;
}
