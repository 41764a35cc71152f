import { quotedFirst } from "../../text/names.ts";
import { placeOf } from "../../text/place.ts";
import type { CheckRule } from "../rule.ts";

export const shadowedPolicy: CheckRule = {
    id: "shadowedPolicy",
    severity: "warning",
    reason: "Policies are not merged: only the one with the highest precedence (RabbitMQ's priority) applies to an object. What other matching policies set has no effect.",
    fix: "Set the keys in the winning policy too, or narrow its pattern.",
    invariants: ["completePolicy"],
    source: "https://www.rabbitmq.com/docs/policies#combining-policy-definitions",
    check: ({ allEffective, isExport }) =>
        allEffective.flatMap(({ target: { kind, object }, policy, shadowed, settings }) =>
            shadowed.flatMap((loser) => {
                const lost = Object.keys(loser.definition).filter(
                    (key) => (settings.get(key)?.origin ?? "default") === "default",
                );
                return policy === undefined || lost.length === 0
                    ? []
                    : [
                          {
                              // It can be intended: a temporary policy with a higher precedence.
                              ...(isExport && { severity: "note" as const }),
                              place: placeOf(object.vhost, kind, object.name),
                              message: `policy "${policy.name}" wins over "${loser.name}", so these keys of "${loser.name}" have no effect: ${quotedFirst(lost)}`,
                              fix: `set the keys in "${policy.name}" too, or narrow its pattern`,
                          },
                      ];
            }),
        ),
};
