import type { PolicyArgs } from "@pulumi/rabbitmq";
import type { Policy } from "../../model/index.js";
import type { Plain } from "./plain.js";
import { toTexts } from "./text.js";

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
