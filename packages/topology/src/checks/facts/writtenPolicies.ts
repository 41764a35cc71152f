import type { Policy, Topology } from "../../model/index.ts";
import { placeOf } from "../../text/place.ts";

/** A policy or operator policy, with the word that findings use for it. */
export interface WrittenPolicy {
    readonly way: "operator policy" | "policy";
    readonly policy: Policy;
}

export function writtenPolicies({ policies, operatorPolicies }: Topology): readonly WrittenPolicy[] {
    return [
        ...policies.map((policy) => ({ way: "policy" as const, policy })),
        ...operatorPolicies.map((policy) => ({ way: "operator policy" as const, policy })),
    ];
}

export function policyPlace({ way, policy: { vhost, name } }: WrittenPolicy): string {
    return placeOf(vhost, way, name);
}
