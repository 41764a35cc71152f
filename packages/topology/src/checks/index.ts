import { type KnownVersion, type Topology, UserError } from "../model/index.ts";
import { topologyView } from "../view/topologyView.ts";
import { type Finding, inOrder, renderFinding } from "./finding.ts";
import { findingsOf } from "./rule.ts";
import { rules } from "./rules.ts";

export type { CheckRule } from "./rule.ts";
export { rules } from "./rules.ts";

/** How to check. */
export interface CheckOptions {
    /** The broker version to check for. @default - the version that the topology was compiled for */
    readonly target?: KnownVersion;
}

/** The findings of all rules, sorted and without duplicates: several references can break in the same place and way. */
export function check(topology: Topology, { target }: CheckOptions = {}): readonly Finding[] {
    const view = topologyView(topology, target);
    return inOrder(rules.flatMap((rule) => findingsOf(rule, rule.check(view))));
}

/** All errors of a topology, in one error. */
export class TopologyError extends UserError {
    override readonly name = "TopologyError";
    readonly findings: readonly Finding[];

    constructor(findings: readonly Finding[]) {
        super(`the topology has errors:\n${findings.map((each) => `- ${renderFinding(each)}`).join("\n")}`);
        this.findings = findings;
    }
}

/**
 * Returns the topology if the checks find no error.
 * @throws TopologyError with all errors
 */
export function assertValid(topology: Topology): Topology {
    const errors = check(topology).filter(({ severity }) => severity === "error");
    if (errors.length > 0) {
        throw new TopologyError(errors);
    }
    return topology;
}
