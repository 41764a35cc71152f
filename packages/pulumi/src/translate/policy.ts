import type { PolicyArgs } from "@pulumi/rabbitmq";
import type { Policy } from "@spot-messaging/topology";
import type { Plain } from "./plain.ts";
import { toTexts } from "./text.ts";

/**
 * A policy for the provider. Its definition is a map of strings: the provider sends values that look like integers as integers, all others
 * as strings.
 */
export function toPolicyArgs({
    vhost,
    name,
    pattern,
    applyTo,
    precedence,
    definition,
}: Policy): Plain<PolicyArgs> {
    return {
        vhost,
        name,
        policy: {
            pattern,
            applyTo,
            priority: precedence,
            definition: toTexts(definition),
        },
    };
}
