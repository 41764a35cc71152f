import { capabilities } from "../../broker/capabilities.ts";
import { isIn } from "../../broker/capability.ts";
import type { BrokerVersion, PolicyDefinition } from "../../model/index.ts";
import { quotedFirst } from "../../text/names.ts";
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
        writtenPolicies(topology).flatMap((written) => {
            const { definition } = written.policy;
            return [retryProblem(definition, version), federationProblem(definition)]
                .filter((each) => each !== undefined)
                .map((each) => ({ place: policyPlace(written), ...each }));
        }),
};

interface Contradiction {
    readonly message: string;
    readonly fix: string;
}

/** The broker validates each policy alone: an argument or another policy cannot supply the missing key. */
function retryProblem(definition: PolicyDefinition, version: BrokerVersion): Contradiction | undefined {
    const type = definition["delayed-retry-type"];
    const max = definition["delayed-retry-max"];
    if ((type === undefined && max === undefined) || !isIn(capabilities["delayed-retry-type"], version)) {
        return undefined;
    }
    const min = definition["delayed-retry-min"];
    if (type !== undefined && type !== "disabled" && min === undefined) {
        return {
            message: 'sets "delayed-retry-type" without "delayed-retry-min", which the broker refuses',
            fix: 'set "delayed-retry-min" in the same policy',
        };
    }
    return typeof min === "number" && typeof max === "number" && max < min
        ? {
              message: `sets "delayed-retry-max" ${max} below "delayed-retry-min" ${min}, which the broker refuses`,
              fix: `set "delayed-retry-max" to at least ${min}`,
          }
        : undefined;
}

const upstreamKeys = ["federation-upstream", "federation-upstream-set", "federation-upstream-pattern"];

function federationProblem(definition: PolicyDefinition): Contradiction | undefined {
    const keys = upstreamKeys.filter((key) => definition[key] !== undefined);
    return keys.length > 1
        ? { message: `sets ${quotedFirst(keys)} together, which the broker refuses`, fix: "keep one of them" }
        : undefined;
}
