import { LineCounter, parseDocument } from "yaml";
import { z } from "zod";
import { UsageError } from "../model/index.js";
import type { Finding } from "./finding.js";
import type { Judgement, Locator } from "./judgement.js";
import type { RuleDescription } from "./rule.js";
import type { FindingState } from "./versionComparison.js";

/** A finding that a person has looked at and accepts, for a reason and perhaps for a time. */
export interface Acceptance {
    readonly rule: string;
    readonly place: string;
    /** @default - every message of the rule at this place */
    readonly message?: string | undefined;
    /** @default - every stack */
    readonly stack?: string | undefined;
    readonly reason?: string | undefined;
    /** The last day on which it holds, such as `2027-03-31`. @default - as long as the finding is there */
    readonly until?: string | undefined;
    /** Where it stands in its file. */
    readonly line: number;
}

/** The accepted findings of a repository. */
export interface Baseline {
    readonly file: string;
    readonly acceptances: readonly Acceptance[];
}

const day = z
    .string()
    .regex(/^\d{4}-\d{2}-\d{2}$/, 'expected a day, such as "2027-03-31"')
    .refine((text) => !Number.isNaN(Date.parse(text)), "expected a day that exists");

const entry = z.strictObject({
    rule: z.string(),
    place: z.string(),
    message: z.string().optional(),
    stack: z.string().optional(),
    reason: z.string().optional(),
    until: day.optional(),
    // Entries are pasted from `check --json`, which has these as well.
    severity: z.string().optional(),
    fix: z.string().optional(),
});

const schema = z.union([
    z.strictObject({ accepted: z.array(entry).nullable() }).transform(({ accepted }) => accepted ?? []),
    z.strictObject({ findings: z.array(entry) }).transform(({ findings }) => findings),
]);

/** What a baseline itself can do wrong. */
export const baselineRules: readonly RuleDescription[] = [
    {
        id: "unreasonedAcceptance",
        severity: "error",
        reason: "A finding is accepted without a reason, so nobody can tell later whether it still may be.",
        fix: "Write why the finding does no harm.",
        invariants: [],
        source: "README.md#ask-the-topology",
    },
    {
        id: "expiredAcceptance",
        severity: "warning",
        reason: "The day until which a finding was accepted is over; the finding counts again.",
        fix: "Mend what was found, or set another day.",
        invariants: [],
        source: "README.md#ask-the-topology",
    },
    {
        id: "unusedAcceptance",
        severity: "warning",
        reason: "An accepted finding is no longer found; its entry would hide the next one of its kind.",
        fix: "Remove the entry.",
        invariants: [],
        source: "README.md#ask-the-topology",
    },
];

/**
 * Reads a baseline.
 * @throws UsageError with every problem at once
 */
export function parseBaseline(text: string, file: string): Baseline {
    const lines = new LineCounter();
    const document = parseDocument(text, { lineCounter: lines });
    const [unsound] = document.errors;
    if (unsound !== undefined) {
        const [first = unsound.message] = unsound.message.split("\n");
        throw new UsageError(`${file}: ${first.replace(/:$/, "")}; correct the YAML there`);
    }
    const value: unknown = document.toJS() ?? { accepted: [] };
    const parsed = schema.safeParse(value);
    if (!parsed.success) {
        throw new UsageError(
            `${file} is no baseline:\n${problemsOf(parsed.error, value)
                .map((each) => `- ${each}`)
                .join("\n")}`,
        );
    }
    const list = document.has("accepted") ? "accepted" : "findings";
    const lineOf = (index: number): number => {
        const node = document.getIn([list, index], true);
        const offset = hasRange(node) ? node.range[0] : 0;
        return lines.linePos(offset).line;
    };
    return { file, acceptances: parsed.data.map((each, index) => ({ ...each, line: lineOf(index) })) };
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
): readonly Judgement[] {
    const used = new Set<Acceptance>();
    const acceptances = (baseline?.acceptances ?? []).filter(
        (each) => each.stack === undefined || each.stack === stack,
    );
    const byPlace = new Map<string, Acceptance[]>();
    for (const each of acceptances) {
        const key = JSON.stringify([each.rule, each.place]);
        byPlace.set(key, [...(byPlace.get(key) ?? []), each]);
    }
    const judged = findings.map((finding): Judgement => {
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
    const own = acceptances.flatMap((each): readonly Judgement[] => {
        const problem = problemOf(each, today, whole && !used.has(each));
        const finding =
            problem === undefined
                ? undefined
                : { ...problem, place: `accepted ${each.rule} at ${each.place}` };
        return finding === undefined
            ? []
            : [
                  {
                      finding,
                      location: { file: baseline?.file ?? "", line: each.line },
                      ...(stateOf !== undefined && { state: "unchanged" }),
                  },
              ];
    });
    return [...judged, ...own];
}

function hasReason({ reason }: Acceptance): boolean {
    return reason !== undefined && reason.trim() !== "";
}

function isOver({ until }: Acceptance, today: string): boolean {
    return until !== undefined && until < today;
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

/** A union's problems are those of the form that the text has. */
function problemsOf(error: z.ZodError, value: unknown): readonly string[] {
    const hasList =
        typeof value === "object" && value !== null && ("accepted" in value || "findings" in value);
    const form = hasList && "findings" in value ? 1 : 0;
    const [union] = error.issues;
    const issues = union?.code === "invalid_union" ? (union.errors[form] ?? []) : error.issues;
    if (!hasList) {
        return [
            'it has no list "accepted"; write "accepted:" with one entry of rule, place and reason a line',
        ];
    }
    return issues.map(({ path, message }) => `${path.join(".")}: ${message}`);
}

function hasRange(node: unknown): node is { readonly range: readonly [number, ...number[]] } {
    return typeof node === "object" && node !== null && "range" in node && Array.isArray(node.range);
}
