import type { InvariantId } from "../../checks/invariants.ts";
import type { Consequence, Effect } from "../compare/change.ts";

/** What the review says whenever a change does something to messages; docs/reference/rules.md is made of these. */
export interface EffectRule<Possible extends Consequence = Consequence> {
    /** What changes, and how: `queue.deleted`. */
    readonly id: string;
    /** What it may do to messages; each case is one of these. */
    readonly consequences: readonly Possible[];
    /** A clause; a case that knows more says it in its own words. */
    readonly reason: string;
    /** How to get to the same topology without it. @default - there is no other way, and nothing to fear */
    readonly safeWay?: string;
    /** Where the rule of the broker, of the provider or of the engine is written down. */
    readonly source: string;
    /** The invariants that it guards a part of. */
    readonly invariants: readonly InvariantId[];
}

/** What one case says in its own words. @default - the rule's */
type EffectCase = { readonly text?: string } & Pick<Effect, "safeWay" | "object" | "route">;

/** Keeps the consequences as they are written, so that no case of the rule can have another one. */
export function effectRule<const Possible extends Consequence>(
    rule: EffectRule<Possible>,
): EffectRule<Possible> {
    return rule;
}

/** One case of a rule. */
export function effectOf<Possible extends Consequence>(
    { id, reason, safeWay, source }: EffectRule<Possible>,
    consequence: NoInfer<Possible>,
    { text = reason, ...own }: EffectCase = {},
): Effect {
    return {
        consequence,
        reason: { rule: id, text, source },
        ...(safeWay !== undefined && { safeWay }),
        ...own,
    };
}
