import { queueSettings } from "../broker/capabilities.ts";
import { absenceOf, type SettableBy } from "../broker/capability.ts";
import { pushTo } from "../lookup/groups.ts";
import { GroupsByName } from "../lookup/named.ts";
import type { AppliesTo, BrokerVersion, Exchange, Policy, Queue, QueueType } from "../model/index.ts";
import { literalNames, type PolicyPattern, policyPattern } from "../patterns/policyPattern.ts";

/** Something that a policy can apply to. */
export type PolicyTarget =
    | { readonly kind: "queue"; readonly object: Queue }
    | { readonly kind: "exchange"; readonly object: Exchange };

export function policyTarget(object: Queue | Exchange): PolicyTarget {
    return "retain" in object ? { kind: "queue", object } : { kind: "exchange", object };
}

/** How the policies that look at one object stand to each other. */
export interface Contest {
    /** The one that applies; of several tied, the first by name, since nobody knows better. */
    readonly policy?: Policy | undefined;
    /** Of equal and highest precedence: the broker picks one, nobody knows which. Empty, or two and more. */
    readonly tied: readonly Policy[];
    /** Match, but lose to a higher precedence. */
    readonly shadowed: readonly Policy[];
    /**
     * Match, and are passed over whole because of these keys, which the queue's type lacks. It happens before the precedences are
     * compared: the next lower policy applies. Highest precedence first.
     */
    readonly dropped: readonly { readonly policy: Policy; readonly keys: readonly string[] }[];
}

const queueKinds: Readonly<Record<QueueType, AppliesTo>> = {
    classic: "classic_queues",
    quorum: "quorum_queues",
    stream: "streams",
};

/** Whether a policy looks at this kind of object. */
function looksAt({ applyTo }: Policy, { kind, object }: PolicyTarget): boolean {
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
 * Answers which policies look at an object and which one applies. Policies whose pattern is a plain list of names are found by name,
 * so that one policy for each of many queues costs no more than a few; the others are tried one after the other.
 * @see https://www.rabbitmq.com/docs/policies#how-policies-work
 */
export function policyContests(
    policies: readonly Policy[],
    way: SettableBy,
    version: BrokerVersion,
): (target: PolicyTarget) => Contest {
    const byName = new GroupsByName<Policy>();
    const others = new Map<string, Candidate[]>();
    for (const policy of policies) {
        const names = literalNames(policy.pattern);
        if (names === undefined) {
            pushTo(others, policy.vhost, { policy, pattern: policyPattern(policy.pattern) });
            continue;
        }
        for (const name of names.length > 1 ? new Set(names) : names) {
            byName.add(policy.vhost, name, policy);
        }
    }

    return (target) => {
        const { vhost, name } = target.object;
        const matching = byName.get(vhost, name).filter((policy) => looksAt(policy, target));
        for (const { policy, pattern } of others.get(vhost) ?? []) {
            if (looksAt(policy, target) && pattern?.test(name) === true) {
                matching.push(policy);
            }
        }
        return matching.length === 0
            ? withoutPolicy
            : contest(
                  matching.sort((a, b) => b.precedence - a.precedence || (a.name < b.name ? -1 : 1)),
                  target,
                  way,
                  version,
              );
    };
}

const nobody: readonly never[] = [];

/** Of most objects, as far as operator policies go. */
const withoutPolicy: Contest = { policy: undefined, tied: nobody, shadowed: nobody, dropped: nobody };

function contest(
    matching: readonly Policy[],
    target: PolicyTarget,
    way: SettableBy,
    version: BrokerVersion,
): Contest {
    const [only] = matching;
    if (only !== undefined && matching.length === 1 && foreignKeys(only, target, way, version).length === 0) {
        return { policy: only, tied: nobody, shadowed: nobody, dropped: nobody };
    }
    const judged = matching.map((policy) => ({ policy, keys: foreignKeys(policy, target, way, version) }));
    const applicable = judged.filter(({ keys }) => keys.length === 0).map(({ policy }) => policy);
    const [policy] = applicable;
    const first = applicable.filter(({ precedence }) => precedence === policy?.precedence);
    return {
        policy,
        tied: first.length > 1 ? first : nobody,
        shadowed: first.length < applicable.length ? applicable.slice(first.length) : nobody,
        dropped: applicable.length < judged.length ? judged.filter(({ keys }) => keys.length > 0) : nobody,
    };
}

/** The keys for which the broker passes over the whole policy; exchanges take any. */
function foreignKeys(
    { definition }: Policy,
    { kind, object }: PolicyTarget,
    way: SettableBy,
    version: BrokerVersion,
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
