import { z } from "zod";
import type { Finding } from "../finding.ts";
import { currentRuleId } from "../renamedRules.ts";
import type { RuleDescription } from "../rule.ts";
import type { FindingState } from "../versionComparison.ts";
import { type EntryForm, hasReason, isOver, parseEntries, type Reasoned, reasoned } from "./entryFile.ts";
import type { Locator, ReportedFinding } from "./reportedFinding.ts";

/** A finding that a person has looked at and accepts, for a reason and perhaps for a time. */
export interface Acceptance extends Reasoned {
    readonly rule: string;
    readonly place: string;
    /** @default - every message of the rule at this place */
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
    // Entries are pasted from `check --json`, which has these as well.
    severity: z.string().optional(),
    fix: z.string().optional(),
});

const form: EntryForm<z.infer<typeof entry>> = {
    noun: "baseline",
    lists: ["accepted", "findings"],
    fields: "rule, place and reason",
    entry,
};

/** What a baseline itself can do wrong. */
export const baselineRules: readonly RuleDescription[] = [
    {
        id: "unreasonedAcceptance",
        severity: "error",
        reason: "A finding is accepted without a reason, so nobody can tell later whether it still may be.",
        fix: "Write why the finding does no harm.",
        invariants: [],
        source: "docs/how-to/check-a-broker.md#accept-a-finding",
    },
    {
        id: "expiredAcceptance",
        severity: "warning",
        reason: "The day until which a finding was accepted is over; the finding counts again.",
        fix: "Mend what was found, or set another day.",
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
        reason: "An accepted finding is no longer found; its entry would hide the next one of its kind.",
        fix: "Remove the entry.",
        invariants: [],
        source: "docs/how-to/check-a-broker.md#accept-a-finding",
    },
];

/**
 * Reads a baseline.
 * @throws UsageError with every problem at once
 */
export function parseBaseline(text: string, file: string): Baseline {
    return { file, acceptances: parseEntries(text, file, form) };
}

/** How a baseline applies to one run. */
export interface BaselineUse {
    /** The stack whose topology is judged. @default - none: entries that name a stack do not apply */
    readonly stack?: string | undefined;
    /** Today, such as `2026-11-24`. */
    readonly today: string;
    /** Whether everything was judged that an entry could be about; otherwise an entry without a finding is no mistake. */
    readonly whole: boolean;
    /** What another version makes of each finding. @default - no other version was asked about */
    readonly stateOf?: ((finding: Finding) => FindingState) | undefined;
}

/**
 * Softens accepted findings to notes, and adds what is wrong with the acceptances themselves. An entry without a reason, or whose day is
 * over, accepts nothing.
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
    const judged = findings.map((finding): ReportedFinding => {
        const entries = (byPlace.get(JSON.stringify([finding.rule, finding.place])) ?? []).filter(
            ({ message }) => message === undefined || message === finding.message,
        );
        for (const each of entries) {
            used.add(each);
        }
        const holding = entries.find((each) => hasReason(each) && !isOver(each, today));
        return {
            finding: holding === undefined ? finding : { ...finding, severity: "note" },
            // Of many findings a person sees a few; to find the line of each would cost more than to judge it.
            get location() {
                return locate(finding);
            },
            ...(holding?.reason !== undefined && { accepted: holding.reason }),
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
    return [...judged, ...own];
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
            message: "accepts nothing that is found",
            fix: "remove the entry",
        };
    }
    return isOver(each, today)
        ? {
              rule: "expiredAcceptance",
              severity: "warning",
              message: `was accepted until ${each.until ?? ""}`,
              fix: "mend what was found, or set another day",
          }
        : undefined;
}
