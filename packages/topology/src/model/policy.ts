import type { ArgumentValue } from "./arguments.ts";

/** What a policy can apply to. */
export const appliesTo = [
    "all",
    "queues",
    "classic_queues",
    "quorum_queues",
    "streams",
    "exchanges",
] as const;

/** Which kinds of objects a policy looks at. */
export type AppliesTo = (typeof appliesTo)[number];

/** What a policy sets, keyed as the broker spells it (`message-ttl`, `dead-letter-exchange`). */
export type PolicyDefinition = Readonly<Record<string, ArgumentValue>>;

/** A policy: settings for every queue or exchange whose name its pattern matches. */
export interface Policy {
    readonly vhost: string;
    readonly name: string;
    /** A regular expression over names, unanchored unless it anchors itself. */
    readonly pattern: string;
    readonly applyTo: AppliesTo;
    /**
     * Which of several matching policies wins: the highest. The broker calls this "priority"; the model says precedence so that
     * nobody takes it for the priority of messages.
     */
    readonly precedence: number;
    readonly definition: PolicyDefinition;
}

/** A pattern that matches exactly the given names; one that matches only the empty name where there is none. */
export function exactly(...names: readonly string[]): string {
    const escaped = [...new Set(names)].sort().map((name) => name.replace(/[.*+?^${}()|[\]\\]/g, "\\$&"));
    return escaped.length > 1 ? `^(${escaped.join("|")})$` : `^${escaped.join("")}$`;
}
