import { capabilities } from "../broker/capabilities.ts";
import { isIn } from "../broker/capability.ts";
import type { KnownVersion, PolicyDefinition } from "../model/index.ts";

/** Settings of one policy that do not go together. */
export interface PolicyContradiction {
    /** The setting to look at. */
    readonly key: string;
    readonly message: string;
    readonly fix: string;
}

/**
 * Why the broker refuses a policy whose settings are valid one by one. It validates each policy alone: an argument or another policy
 * cannot supply a missing key.
 */
export function policyContradictions(
    definition: PolicyDefinition,
    version: KnownVersion,
): readonly PolicyContradiction[] {
    return [retryContradiction(definition, version), federationContradiction(definition)].filter(
        (each) => each !== undefined,
    );
}

function retryContradiction(
    definition: PolicyDefinition,
    version: KnownVersion,
): PolicyContradiction | undefined {
    const type = definition["delayed-retry-type"];
    const max = definition["delayed-retry-max"];
    if ((type === undefined && max === undefined) || !isIn(capabilities["delayed-retry-type"], version)) {
        return undefined;
    }
    const min = definition["delayed-retry-min"];
    if (type !== undefined && type !== "disabled" && min === undefined) {
        return {
            key: "delayed-retry-type",
            message: 'sets "delayed-retry-type" without "delayed-retry-min", which the broker refuses',
            fix: 'set "delayed-retry-min" in the same policy',
        };
    }
    return typeof min === "number" && typeof max === "number" && max < min
        ? {
              key: "delayed-retry-max",
              message: `sets "delayed-retry-max" ${max} below "delayed-retry-min" ${min}, which the broker refuses`,
              fix: `set "delayed-retry-max" to at least ${min}`,
          }
        : undefined;
}

const upstreamKeys = ["federation-upstream", "federation-upstream-set", "federation-upstream-pattern"];

function federationContradiction(definition: PolicyDefinition): PolicyContradiction | undefined {
    const keys = upstreamKeys.filter((key) => definition[key] !== undefined);
    const [first] = keys;
    return first !== undefined && keys.length > 1
        ? {
              key: first,
              message: `sets ${keys.map((key) => `"${key}"`).join(", ")} together, which the broker refuses`,
              fix: "keep one of them",
          }
        : undefined;
}
