import { type Topology, UserError } from "../model/index.js";
import { ambiguousPolicy } from "./ambiguousPolicy.js";
import { danglingReference } from "./danglingReference.js";
import { deadLetterPath } from "./deadLetterPath.js";
import { compareFindings, type Finding, renderFinding } from "./finding.js";
import { inapplicablePolicy } from "./inapplicablePolicy.js";
import { missingFeature } from "./missingFeature.js";
import { unroutedPublication } from "./unroutedPublication.js";
import { unusableName } from "./unusableName.js";

export type Rule = (topology: Topology) => readonly Finding[];

/** Every rule; a rule's id is its name here and the name of its file. */
export const rules: Readonly<Record<string, Rule>> = {
    ambiguousPolicy,
    danglingReference,
    deadLetterPath,
    inapplicablePolicy,
    missingFeature,
    unroutedPublication,
    unusableName,
};

/** All findings of all rules, in total order, each once: several references may break in the same place and way. */
export function check(topology: Topology): readonly Finding[] {
    const findings = Object.values(rules).flatMap((rule) => rule(topology));
    return [...new Map(findings.map((each) => [JSON.stringify(each), each])).values()].sort(compareFindings);
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
export function checked(topology: Topology): Topology {
    const errors = check(topology).filter(({ severity }) => severity === "error");
    if (errors.length > 0) {
        throw new TopologyError(errors);
    }
    return topology;
}
