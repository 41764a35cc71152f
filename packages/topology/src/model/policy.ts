import type { ArgumentValue } from "./arguments.ts";

/** The kinds of objects that a policy can apply to. */
export const appliesTo = [
    "all",
    "queues",
    "classic_queues",
    "quorum_queues",
    "streams",
    "exchanges",
] as const;

/** The kind of objects that a policy applies to. */
export type AppliesTo = (typeof appliesTo)[number];

/** The settings of a policy, by policy key (`message-ttl`, `dead-letter-exchange`). */
export type PolicyDefinition = Readonly<Record<string, ArgumentValue>>;

/** A policy: settings for every queue or exchange whose name its pattern matches. */
export interface Policy {
    readonly vhost: string;
    readonly name: string;
    /** A regular expression for names; it matches anywhere in a name unless it has anchors. */
    readonly pattern: string;
    readonly applyTo: AppliesTo;
    /**
     * If several policies match, the one with the highest precedence applies. RabbitMQ calls it "priority"; the model uses another word to avoid
     * confusion with message priorities.
     */
    readonly precedence: number;
    readonly definition: PolicyDefinition;
}

/** A pattern that matches exactly the given names; without names, it matches only the empty name. */
export function exactPattern(...names: readonly string[]): string {
    const escaped = [...new Set(names)].sort().map((name) => name.replace(/[.*+?^${}()|[\]\\]/g, "\\$&"));
    return escaped.length > 1 ? `^(${escaped.join("|")})$` : `^${escaped.join("")}$`;
}
