import { queueSettings } from "../broker/capabilities.ts";
import { absenceOf, type SettableBy } from "../broker/capability.ts";
import { pushTo } from "../lookup/groups.ts";
import { GroupsByName } from "../lookup/named.ts";
import type { AppliesTo, Exchange, KnownVersion, Policy, Queue, QueueType } from "../model/index.ts";
import { literalNames, type PolicyPattern, policyPattern } from "../patterns/policyPattern.ts";

/** An object that a policy can apply to. */
export type PolicyTarget =
    | { readonly kind: "queue"; readonly object: Queue }
    | { readonly kind: "exchange"; readonly object: Exchange };

export function policyTarget(object: Queue | Exchange): PolicyTarget {
    return "retain" in object ? { kind: "queue", object } : { kind: "exchange", object };
}

/** The policies that match one object, by their effect on it. */
export interface MatchingPolicies {
    /** The policy that applies. If several are tied, the first by name, because the broker's choice is undefined. */
    readonly policy?: Policy | undefined;
    /** The policies that share the highest precedence: the broker applies one of them, which one is undefined. Empty, or two or more. */
    readonly tied: readonly Policy[];
    /** The policies with a lower precedence, which do not apply. */
    readonly shadowed: readonly Policy[];
    /**
     * The policies that the broker ignores for this queue because its type does not support these keys. This happens before precedences are
     * compared, so the next lower policy applies. Highest precedence first.
     */
    readonly dropped: readonly { readonly policy: Policy; readonly keys: readonly string[] }[];
}

const queueKinds: Readonly<Record<QueueType, AppliesTo>> = {
    classic: "classic_queues",
    quorum: "quorum_queues",
    stream: "streams",
};

/** Whether a policy applies to this kind of object. */
function appliesToKind({ applyTo }: Policy, { kind, object }: PolicyTarget): boolean {
    return (
        applyTo === "all" ||
        (kind === "exchange"
            ? applyTo === "exchanges"
            : applyTo === "queues" || applyTo === queueKinds[object.type])
    );
}

interface Candidate {
    readonly policy: Policy;
    readonly pattern: PolicyPattern | undefined;
}

/**
 * Makes the function that finds the policies of an object and the one that applies. Policies whose pattern is a plain list of names are indexed
 * by name, so one policy for each of many queues is fast; the byPattern are tried in order.
 * @see https://www.rabbitmq.com/docs/policies#how-policies-work
 */
export function policyMatcher(
    policies: readonly Policy[],
    way: SettableBy,
    version: KnownVersion,
): (target: PolicyTarget) => MatchingPolicies {
    const byName = new GroupsByName<Policy>();
    const byPattern = new Map<string, Candidate[]>();
    for (const policy of policies) {
        const names = literalNames(policy.pattern);
        if (names === undefined) {
            pushTo(byPattern, policy.vhost, { policy, pattern: policyPattern(policy.pattern) });
            continue;
        }
        for (const name of names.length > 1 ? new Set(names) : names) {
            byName.add(policy.vhost, name, policy);
        }
    }

    return (target) => {
        const { vhost, name } = target.object;
        const matching = byName.get(vhost, name).filter((policy) => appliesToKind(policy, target));
        for (const { policy, pattern } of byPattern.get(vhost) ?? []) {
            if (appliesToKind(policy, target) && pattern?.test(name) === true) {
                matching.push(policy);
            }
        }
        return matching.length === 0
            ? withoutPolicy
            : rankPolicies(
                  matching.sort((a, b) => b.precedence - a.precedence || (a.name < b.name ? -1 : 1)),
                  target,
                  way,
                  version,
              );
    };
}

const none: readonly never[] = [];

/** Shared result for objects without a policy; most objects have no operator policy. */
const withoutPolicy: MatchingPolicies = { policy: undefined, tied: none, shadowed: none, dropped: none };

function rankPolicies(
    matching: readonly Policy[],
    target: PolicyTarget,
    way: SettableBy,
    version: KnownVersion,
): MatchingPolicies {
    const [only] = matching;
    if (
        only !== undefined &&
        matching.length === 1 &&
        unsupportedKeys(only, target, way, version).length === 0
    ) {
        return { policy: only, tied: none, shadowed: none, dropped: none };
    }
    const candidates = matching.map((policy) => ({
        policy,
        keys: unsupportedKeys(policy, target, way, version),
    }));
    const applicable = candidates.filter(({ keys }) => keys.length === 0).map(({ policy }) => policy);
    const [policy] = applicable;
    const first = applicable.filter(({ precedence }) => precedence === policy?.precedence);
    return {
        policy,
        tied: first.length > 1 ? first : none,
        shadowed: first.length < applicable.length ? applicable.slice(first.length) : none,
        dropped:
            applicable.length < candidates.length ? candidates.filter(({ keys }) => keys.length > 0) : none,
    };
}

/** The keys for which the broker ignores the whole policy; exchanges accept any key. */
function unsupportedKeys(
    { definition }: Policy,
    { kind, object }: PolicyTarget,
    way: SettableBy,
    version: KnownVersion,
): readonly string[] {
    if (kind === "exchange") {
        return [];
    }
    return Object.keys(definition).filter((key) => {
        const capability = queueSettings[key];
        return (
            capability !== undefined &&
            absenceOf(capability, way, object.type, version) === "policy dropped whole"
        );
    });
}
