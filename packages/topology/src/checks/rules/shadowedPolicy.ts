import { quotedFirst } from "../../text/names.ts";
import { placeOf } from "../../text/place.ts";
import type { CheckRule } from "../rule.ts";

export const shadowedPolicy: CheckRule = {
    id: "shadowedPolicy",
    severity: "warning",
    reason: "Policies do not add up: only the one of the highest precedence applies, so what another one sets for the same object has no effect.",
    fix: "Repeat the keys in the winning policy, or narrow its pattern.",
    invariants: ["completePolicy"],
    source: "https://www.rabbitmq.com/docs/policies#combining-policy-definitions",
    check: ({ allEffective, foreign }) =>
        allEffective.flatMap(({ target: { kind, object }, policy, shadowed, settings }) =>
            shadowed.flatMap((loser) => {
                const lost = Object.keys(loser.definition).filter(
                    (key) => (settings.get(key)?.origin ?? "default") === "default",
                );
                return policy === undefined || lost.length === 0
                    ? []
                    : [
                          {
                              // Others may have meant it: a policy that is replaced for a while by one above it.
                              ...(foreign && { severity: "note" as const }),
                              place: placeOf(object.vhost, kind, object.name),
                              message: `policy "${policy.name}" wins over "${loser.name}", whose ${quotedFirst(lost)} then has no effect`,
                              fix: `repeat the key in "${policy.name}", or narrow its pattern`,
                          },
                      ];
            }),
        ),
};
