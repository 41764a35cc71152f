import type { TopologyView } from "../view/topologyView.ts";
import type { Finding, Severity } from "./finding.ts";
import type { InvariantId } from "./invariants.ts";

/** What a rule found; its severity is the rule's unless it says otherwise, as it does where it cannot know what was wanted. */
export type Problem = Omit<Finding, "rule" | "severity"> & { readonly severity?: Severity };

/** What is said of every rule, whatever it looks at. */
export interface RuleDescription {
    /** The name of its file. */
    readonly id: string;
    /** Of most of its findings, and the highest of all. */
    readonly severity: Severity;
    /** What happens to messages, to the person who breaks the rule. */
    readonly reason: string;
    /** The way out in general; each finding has its own. */
    readonly fix: string;
    /** The invariants that it proves a part of. */
    readonly invariants: readonly InvariantId[];
    /** Where RabbitMQ's behaviour is written down. */
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
