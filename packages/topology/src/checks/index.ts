import { type BrokerVersion, type Topology, UserError } from "../model/index.ts";
import { topologyView } from "../view/topologyView.ts";
import { type Finding, inOrder, renderFinding } from "./finding.ts";
import { findingsOf } from "./rule.ts";
import { rules } from "./rules.ts";

export type { CheckRule } from "./rule.ts";
export { rules } from "./rules.ts";

/** How to check. */
export interface CheckOptions {
    /** The version to judge the topology for. @default - the one that it was made for */
    readonly target?: BrokerVersion;
}

/** All findings of all rules, in total order, each once: several references may break in the same place and way. */
export function check(topology: Topology, { target }: CheckOptions = {}): readonly Finding[] {
    const view = topologyView(topology, target);
    return inOrder(rules.flatMap((rule) => findingsOf(rule, rule.check(view))));
}

/** Everything that is wrong with a topology, in one error. */
export class TopologyError extends UserError {
    override readonly name = "TopologyError";
    readonly findings: readonly Finding[];

    constructor(findings: readonly Finding[]) {
        super(`the topology is not sound:\n${findings.map((each) => `- ${renderFinding(each)}`).join("\n")}`);
        this.findings = findings;
    }
}

/**
 * Gives the topology back when it has no error.
 * @throws TopologyError with every error at once
 */
export function assertSound(topology: Topology): Topology {
    const errors = check(topology).filter(({ severity }) => severity === "error");
    if (errors.length > 0) {
        throw new TopologyError(errors);
    }
    return topology;
}
