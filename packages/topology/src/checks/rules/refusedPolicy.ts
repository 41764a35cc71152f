import { policyContradictions } from "../../settings/policyContradictions.ts";
import { policyPlace, writtenPolicies } from "../facts/writtenPolicies.ts";
import type { CheckRule } from "../rule.ts";

export const refusedPolicy: CheckRule = {
    id: "refusedPolicy",
    severity: "error",
    reason: "The keys of a policy contradict each other: the broker refuses the whole policy, and an import of definitions stops there.",
    fix: "Add the missing key, or keep only one of the keys that exclude each other.",
    invariants: ["completePolicy", "supportedSettings"],
    source: "https://github.com/rabbitmq/rabbitmq-server/blob/v4.3.5/deps/rabbit/src/rabbit_quorum_queue.erl",
    check: ({ topology, version }) =>
        writtenPolicies(topology).flatMap((written) =>
            policyContradictions(written.policy.definition, version).map(({ message, fix }) => ({
                place: policyPlace(written),
                message,
                fix,
            })),
        ),
};
