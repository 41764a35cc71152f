import type { TopologyView } from "../view/topologyView.ts";
import type { Finding, Severity } from "./finding.ts";
import type { InvariantId } from "./invariants.ts";

/** A finding before its rule is known. Its severity is the rule's, unless it has its own: a rule that cannot know the intent reports a note. */
export type Problem = Omit<Finding, "rule" | "severity"> & { readonly severity?: Severity };

/** The description of a rule about a topology or about a change. */
export interface RuleDescription {
    /** The name of its file. */
    readonly id: string;
    /** The severity of most of its findings, and the highest one. */
    readonly severity: Severity;
    /** What happens to messages if the rule is broken. */
    readonly reason: string;
    /** How to fix it in general; each finding has its own fix. */
    readonly fix: string;
    /** The invariants that it helps to prove. */
    readonly invariants: readonly InvariantId[];
    /** Where RabbitMQ's behaviour is documented. */
    readonly source: string;
}

/** A rule about one topology. */
export interface CheckRule extends RuleDescription {
    readonly check: (view: TopologyView) => readonly Problem[];
}

/** The findings of one rule's problems. */
export function findingsOf(rule: RuleDescription, problems: readonly Problem[]): readonly Finding[] {
    return problems.map(({ place, message, fix, severity = rule.severity }) => ({
        rule: rule.id,
        severity,
        place,
        message,
        fix,
    }));
}
