import { quotedFirst } from "../../text/names.ts";
import { queuePlace } from "../../text/place.ts";
import type { CheckRule } from "../rule.ts";

export const inapplicablePolicy: CheckRule = {
    id: "inapplicablePolicy",
    severity: "error",
    reason: "A policy that would win has a key that the queue's type does not know: the broker passes over the whole policy for this queue, the keys that would apply included.",
    fix: "Split the policy by queue type, or remove the key.",
    invariants: ["completePolicy", "supportedSettings"],
    source: "https://www.rabbitmq.com/docs/policies",
    check: ({ topology, effective }) =>
        topology.queues.flatMap((queue) => {
            const { policy: winner, dropped } = effective(queue);
            return dropped
                .filter(({ policy }) => winner === undefined || policy.precedence >= winner.precedence)
                .map(({ policy, keys }) => ({
                    // A policy that sets nothing else for this type was never meant for it.
                    ...(keys.length === Object.keys(policy.definition).length && {
                        severity: "note" as const,
                    }),
                    place: queuePlace(queue),
                    message: `policy "${policy.name}" sets ${quotedFirst(keys)}, which a ${queue.type} queue does not have, so the whole policy does not apply`,
                    fix: `remove the key, or let the policy apply to another type than ${queue.type}`,
                }));
        }),
};
