import * as pulumi from "@pulumi/pulumi";

/**
 * Inputs as a provider needs them. The mock monitor hands out secrets as envelopes; an envelope around a part
 * of a value may appear at any depth.
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
