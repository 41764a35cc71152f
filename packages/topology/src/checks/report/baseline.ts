import { z } from "zod";
import type { Finding } from "../finding.ts";
import { currentRuleId } from "../renamedRules.ts";
import type { RuleDescription } from "../rule.ts";
import type { FindingState } from "../versionComparison.ts";
import { type EntryForm, hasReason, isOver, parseEntries, type Reasoned, reasoned } from "./entryFile.ts";
import type { Locator, ReportedFinding } from "./reportedFinding.ts";

/** The file of accepted findings, relative to the project's folder. */
export const baselinePath = "topology/baseline.yaml";

/** A finding that a person accepts, with a reason and optionally an end date. */
export interface Acceptance extends Reasoned {
    readonly rule: string;
    readonly place: string;
    /** @default - all messages of the rule at this place */
    readonly message?: string | undefined;
}

/** The accepted findings of a repository. */
export interface Baseline {
    readonly file: string;
    readonly acceptances: readonly Acceptance[];
}

const entry = z.strictObject({
    ...reasoned,
    rule: z.string(),
    place: z.string(),
    message: z.string().optional(),
    // Entries are pasted from `check --json`, which also has these fields.
    severity: z.string().optional(),
    fix: z.string().optional(),
});

const form: EntryForm<z.infer<typeof entry>> = {
    noun: "baseline",
    lists: ["accepted", "findings"],
    fields: "rule, place and reason",
    entry,
};

/** The rules about the baseline itself. */
export const baselineRules: readonly RuleDescription[] = [
    {
        id: "unreasonedAcceptance",
        severity: "error",
        reason: "A finding is accepted without a reason, so later readers cannot decide whether it is still acceptable.",
        fix: "Write why the finding does no harm.",
        invariants: [],
        source: "docs/how-to/check-a-broker.md#accept-a-finding",
    },
    {
        id: "expiredAcceptance",
        severity: "warning",
        reason: "The end date of an accepted finding has passed; the finding counts again.",
        fix: "Fix the finding, or set a later date.",
        invariants: [],
        source: "docs/how-to/check-a-broker.md#accept-a-finding",
    },
    {
        id: "renamedRule",
        severity: "note",
        reason: "An entry of the baseline uses an id that its rule had before version 1.0. It is still accepted; the next major version drops old ids.",
        fix: "Write the rule's new id.",
        invariants: [],
        source: "docs/how-to/check-a-broker.md#accept-a-finding",
    },
    {
        id: "unusedAcceptance",
        severity: "warning",
        reason: "An entry accepts a finding that no longer exists; the entry would hide the next finding of its kind.",
        fix: "Remove the entry.",
        invariants: [],
        source: "docs/how-to/check-a-broker.md#accept-a-finding",
    },
];

/**
 * Reads a baseline.
 * @throws UsageError with all problems
 */
export function parseBaseline(text: string, file: string): Baseline {
    return { file, acceptances: parseEntries(text, file, form) };
}

/** How a baseline applies to one run. */
export interface BaselineUse {
    /** The stack whose topology is checked. @default - none: entries that name a stack do not apply */
    readonly stack?: string | undefined;
    /** Today, such as `2026-11-24`. */
    readonly today: string;
    /** Whether all topologies that entries can apply to were checked; otherwise an entry without a finding is not a mistake. */
    readonly whole: boolean;
    /** How the target version changes each finding. @default - no target version is set */
    readonly stateOf?: ((finding: Finding) => FindingState) | undefined;
}

/**
 * Lowers accepted findings to notes, and adds findings about the entries themselves. An entry without a reason, or whose end date has passed,
 * accepts nothing.
 */
export function accept(
    findings: readonly Finding[],
    baseline: Baseline | undefined,
    { stack, today, whole, stateOf }: BaselineUse,
    locate: Locator,
): readonly ReportedFinding[] {
    const used = new Set<Acceptance>();
    const acceptances = (baseline?.acceptances ?? []).filter(
        (each) => each.stack === undefined || each.stack === stack,
    );
    const byPlace = new Map<string, Acceptance[]>();
    for (const each of acceptances) {
        const key = JSON.stringify([currentRuleId(each.rule), each.place]);
        byPlace.set(key, [...(byPlace.get(key) ?? []), each]);
    }
    const reported = findings.map((finding): ReportedFinding => {
        const entries = (byPlace.get(JSON.stringify([finding.rule, finding.place])) ?? []).filter(
            ({ message }) => message === undefined || message === finding.message,
        );
        for (const each of entries) {
            used.add(each);
        }
        const valid = entries.find((each) => hasReason(each) && !isOver(each, today));
        return {
            finding: valid === undefined ? finding : { ...finding, severity: "note" },
            // Lazy: a person reads only a few of many findings, and finding a line costs more than the check.
            get location() {
                return locate(finding);
            },
            ...(valid?.reason !== undefined && { accepted: valid.reason }),
            ...(stateOf !== undefined && { state: stateOf(finding) }),
        };
    });
    const own = acceptances.flatMap((each) =>
        problemsOf(each, today, whole && !used.has(each)).map(
            (problem): ReportedFinding => ({
                finding: { ...problem, place: `accepted ${each.rule} at ${each.place}` },
                location: { file: baseline?.file ?? "", line: each.line },
                ...(stateOf !== undefined && { state: "unchanged" }),
            }),
        ),
    );
    return [...reported, ...own];
}

function problemsOf(each: Acceptance, today: string, unused: boolean): readonly Omit<Finding, "place">[] {
    const problem = problemOf(each, today, unused);
    const current = currentRuleId(each.rule);
    return [
        ...(problem === undefined ? [] : [problem]),
        ...(current === each.rule
            ? []
            : [
                  {
                      rule: "renamedRule",
                      severity: "note" as const,
                      message: `uses the old id of rule "${current}"`,
                      fix: `write "rule: ${current}"`,
                  },
              ]),
    ];
}

function problemOf(each: Acceptance, today: string, unused: boolean): Omit<Finding, "place"> | undefined {
    if (!hasReason(each)) {
        return {
            rule: "unreasonedAcceptance",
            severity: "error",
            message: "has no reason",
            fix: 'write why the finding does no harm, as its "reason"',
        };
    }
    if (unused) {
        return {
            rule: "unusedAcceptance",
            severity: "warning",
            message: "accepts no current finding",
            fix: "remove the entry",
        };
    }
    return isOver(each, today)
        ? {
              rule: "expiredAcceptance",
              severity: "warning",
              message: `was accepted until ${each.until ?? ""}`,
              fix: "fix the finding, or set a later date",
          }
        : undefined;
}
