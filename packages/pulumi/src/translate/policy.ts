import type { PolicyArgs } from "@pulumi/rabbitmq";
import type { Policy } from "@spot-messaging/topology";
import type { Plain } from "./plain.ts";
import { toTexts } from "./text.ts";

/**
 * A policy for the provider, whose definition is a map of strings: it sends those that look like an integer as integers, and nothing else
 * as anything but a string.
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
