import type { AppliesTo, Exchange, Policy, Queue, QueueType, Topology } from "../model/index.js";

const queueKinds: Readonly<Record<QueueType, AppliesTo>> = {
    classic: "classic_queues",
    quorum: "quorum_queues",
    stream: "streams",
};

/** Something that a policy can apply to. */
export type PolicyTarget =
    | { readonly kind: "queue"; readonly object: Queue }
    | { readonly kind: "exchange"; readonly object: Exchange };

/** Whether a policy looks at an object at all: same virtual host, right kind, matching name. */
export function matches(policy: Policy, { kind, object }: PolicyTarget): boolean {
    const looksAt: readonly AppliesTo[] =
        kind === "exchange" ? ["all", "exchanges"] : ["all", "queues", queueKinds[object.type]];
    return (
        policy.vhost === object.vhost &&
        looksAt.includes(policy.applyTo) &&
        new RegExp(policy.pattern, "u").test(object.name)
    );
}

/**
 * The policies that fight for an object: those of the highest precedence among all that match. The broker applies exactly one; which one
 * is undefined where several stand here.
 * @see https://www.rabbitmq.com/docs/policies#how-policies-work
 */
export function winningPolicies(policies: readonly Policy[], target: PolicyTarget): readonly Policy[] {
    const matching = policies.filter((policy) => matches(policy, target));
    const highest = Math.max(...matching.map(({ precedence }) => precedence));
    return matching.filter(({ precedence }) => precedence === highest);
}

/** One setting of a queue: an argument beats or joins the policy, depending on the setting. */
export function settingOf(
    topology: Topology,
    queue: Queue,
    key: string,
): Policy["definition"][string] | undefined {
    const [policy] = winningPolicies(topology.policies, { kind: "queue", object: queue });
    return queue.arguments[`x-${key}`] ?? policy?.definition[key];
}

/** Every queue and exchange of a topology, as targets of policies. */
export function policyTargets(topology: Topology): readonly PolicyTarget[] {
    return [
        ...topology.exchanges.map((object) => ({ kind: "exchange" as const, object })),
        ...topology.queues.map((object) => ({ kind: "queue" as const, object })),
    ];
}
