import * as pulumi from "@pulumi/pulumi";

/**
 * Inputs in the form that a provider needs. The mock monitor passes secrets as wrapper objects, at any depth of a value.
 */
export function revealSecrets(value: unknown): unknown {
    if (Array.isArray(value)) {
        return value.map(revealSecrets);
    }
    if (typeof value !== "object" || value === null) {
        return value;
    }
    if (pulumi.runtime.isRpcSecret(value)) {
        const inner: unknown = pulumi.runtime.unwrapRpcSecret(value);
        return revealSecrets(inner);
    }
    return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, revealSecrets(inner)]));
}
