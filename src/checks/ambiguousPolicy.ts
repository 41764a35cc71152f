import { policyTargets, winningPolicies } from "../broker/effective.js";
import type { Topology } from "../model/index.js";
import type { Finding } from "./finding.js";
import { placeOf } from "./place.js";

/** Several policies of equal precedence match one object: the broker applies one of them, and nobody knows which. */
export function ambiguousPolicy(topology: Topology): readonly Finding[] {
    return policyTargets(topology).flatMap((target) => {
        const { kind, object } = target;
        const winners = winningPolicies(topology.policies, target);
        return winners.length < 2
            ? []
            : [
                  {
                      rule: "ambiguousPolicy",
                      severity: "error" as const,
                      place: placeOf(object.vhost, kind, object.name),
                      message: `policies ${winners.map(({ name }) => `"${name}"`).join(", ")} match with equal precedence ${winners[0]?.precedence ?? 0}`,
                      fix: "narrow one pattern, or give one a higher precedence",
                  },
              ];
    });
}
