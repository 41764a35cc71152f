import { queueTypeNoun } from "../../model/index.ts";
import { quotedFirst } from "../../text/names.ts";
import { queuePlace } from "../../text/place.ts";
import { usedPolicyKeys } from "../facts/usedPolicyKeys.ts";
import type { CheckRule } from "../rule.ts";

export const inapplicablePolicy: CheckRule = {
    id: "inapplicablePolicy",
    severity: "error",
    reason: "A matching policy has a key that the queue's type does not support: the broker ignores the whole policy for this queue, including the keys that the type supports.",
    fix: "Split the policy by queue type, or remove the key.",
    invariants: ["completePolicy", "supportedSettings"],
    source: "https://www.rabbitmq.com/docs/policies",
    check: ({ topology, effective }) => {
        const isUsed = usedPolicyKeys(topology, effective);
        return topology.queues.flatMap((queue) => {
            const { policy: winner, dropped } = effective(queue);
            return dropped
                .filter(({ policy }) => winner === undefined || policy.precedence >= winner.precedence)
                .map(({ policy, keys }) => ({
                    // A policy without any supported key was not meant for this queue type.
                    ...(keys.length === Object.keys(policy.definition).length && {
                        severity: "note" as const,
                    }),
                    place: queuePlace(queue),
                    message: `policy "${policy.name}" sets ${quotedFirst(keys)}, which a ${queueTypeNoun(queue.type)} does not support, so the broker ignores the whole policy`,
                    fix: keys.some((key) => isUsed(queue.vhost, policy.name, key))
                        ? "let the policy apply to other queue types only"
                        : "remove the key, or let the policy apply to other queue types only",
                }));
        });
    },
};
