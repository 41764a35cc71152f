import type { InvariantId } from "../../checks/invariants.ts";
import type { Consequence, Effect } from "../compare/change.ts";

/** A rule about one effect of changes on messages. The reference of rules is generated from these. */
export interface EffectRule<Possible extends Consequence = Consequence> {
    /** What changes, and how: `queue.deleted`. */
    readonly id: string;
    /** The consequences that an effect of this rule may have. */
    readonly consequences: readonly Possible[];
    /** A clause. An effect may replace it by a more specific text. */
    readonly reason: string;
    /** How to reach the same topology without this effect. @default - there is no other way */
    readonly safeWay?: string;
    /** Where RabbitMQ, the provider or Pulumi documents it. */
    readonly source: string;
    /** The invariants that this rule helps to check. */
    readonly invariants: readonly InvariantId[];
}

/** What one effect states more specifically. @default - the texts of the rule */
type EffectCase = { readonly text?: string } & Pick<Effect, "safeWay" | "object" | "route">;

/** Infers the consequences literally, so that an effect of the rule cannot have another one. */
export function effectRule<const Possible extends Consequence>(
    rule: EffectRule<Possible>,
): EffectRule<Possible> {
    return rule;
}

/** Creates an effect of a rule. */
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
