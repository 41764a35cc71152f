import { type Finding, renderFinding } from "../../checks/finding.ts";
import { check } from "../../checks/index.ts";
import type { Topology } from "../../model/index.ts";
import { counted } from "../../text/units.ts";
import type { ReportProblem } from "./reportProblem.ts";

/** The errors of `topology check` that a change adds and removes. */
export interface CheckErrors {
    readonly added: readonly Finding[];
    readonly fixed: readonly Finding[];
}

/** Compares the errors before and after. An accepted error does not count. */
export function checkErrors(
    before: Topology,
    after: Topology,
    isAccepted: (error: Finding) => boolean = () => false,
): CheckErrors {
    const [old, now] = [errorsOf(before), errorsOf(after)];
    return {
        added: [...now].flatMap(([text, error]) => (old.has(text) || isAccepted(error) ? [] : [error])),
        fixed: [...old].flatMap(([text, error]) => (now.has(text) ? [] : [error])),
    };
}

function errorsOf(topology: Topology): ReadonlyMap<string, Finding> {
    return new Map(
        check(topology)
            .filter(({ severity }) => severity === "error")
            .map((each) => [JSON.stringify([each.rule, each.place, each.message]), each]),
    );
}

/** What the verdict's line says about new errors: `; check finds 1 new error (unroutedPublication)`. */
export function checkText({ added }: CheckErrors): string {
    const rules = [...new Set(added.map(({ rule }) => rule))];
    return added.length === 0
        ? ""
        : `; check finds ${counted(added.length, "new error")} (${rules.join(", ")})`;
}

const shown = 5;

/** New errors must be fixed, or accepted in the baseline; fixed ones are only mentioned. */
export function checkProblems({ added, fixed }: CheckErrors): readonly ReportProblem[] {
    const more = added.length - shown;
    const rules = [...new Set(fixed.map(({ rule }) => rule))];
    return [
        ...added.slice(0, shown).map(
            (error): ReportProblem => ({
                kind: "finding",
                text: `new error of check, ${error.rule}: ${renderFinding(error)}`,
            }),
        ),
        ...(more > 0
            ? [
                  {
                      kind: "finding" as const,
                      text: `${counted(more, "more new error", "more new errors")} of check; topology check prints them`,
                  },
              ]
            : []),
        ...(fixed.length > 0
            ? [
                  {
                      kind: "note" as const,
                      text: `${counted(fixed.length, "error")} of check ${fixed.length === 1 ? "is" : "are"} fixed (${rules.join(", ")})`,
                  },
              ]
            : []),
    ];
}
