import type { Topology } from "../../model/index.ts";
import { counted } from "../../text/units.ts";
import type { Change } from "../compare/change.ts";
import type { ReportProblem } from "../report/reportProblem.ts";
import { brokerObjects, isBrokerType } from "./brokerObjects.ts";
import { type Agreement, agreement, type Disagreement } from "./disagreement.ts";
import { otherResources, type ResourceGroup } from "./otherResources.ts";
import type { Diagnostic, PolicyResult, Preview } from "./preview.ts";
import { type Refusal, refusals } from "./refusals.ts";

/** The engine's own preview of a stack, compared with the review. */
export interface EnginePreview extends Agreement {
    /** What was read: a path, `-` for standard input. */
    readonly source: string;
    readonly format: Preview["format"];
    readonly result: Preview["result"];
    /** Whether the engine has deployed nothing of the stack yet. */
    readonly isFresh: boolean;
    readonly others: readonly ResourceGroup[];
    /** Updates that the preview accepts, and that fail or change nothing when they run. */
    readonly refusals: readonly Refusal[];
    readonly policies: readonly PolicyResult[];
    readonly diagnostics: readonly Diagnostic[];
    readonly skippedLines: number;
    /** Why the preview is incomplete. @default - it is complete */
    readonly defect?: string;
}

/** The stack that a preview belongs to; `undefined` if the preview has no resources. */
export function previewedStack({ steps }: Preview): string | undefined {
    return steps[0]?.stack;
}

/** Compares a preview with the review of the same stack. */
export function enginePreview(
    source: string,
    preview: Preview,
    { changes, after }: { readonly changes: readonly Change[]; readonly after: Topology },
): EnginePreview {
    const { steps, format, result, policies, diagnostics, skippedLines } = preview;
    const declared = steps.filter(({ type }) => isBrokerType(type));
    const isFresh = declared.length > 0 && declared.every(({ operation }) => operation === "create");
    const objects = declared.flatMap(brokerObjects);
    // A failed preview is incomplete, so a missing resource means nothing.
    const isWhole = result === "succeeded" && preview.defect === undefined;
    const compared = isWhole
        ? agreement({ changes, after, objects, isComplete: format === "events", isFresh })
        : { agreed: 0, follows: 0, disagreements: [] };
    return {
        source,
        format,
        result,
        isFresh,
        ...compared,
        others: otherResources(steps),
        refusals: refusals(steps),
        policies,
        diagnostics: distinct(diagnostics),
        skippedLines,
        ...(preview.defect !== undefined && { defect: preview.defect }),
    };
}

/** The engine repeats a message for each of its passes. */
function distinct(diagnostics: readonly Diagnostic[]): readonly Diagnostic[] {
    return [...new Map(diagnostics.map((each) => [JSON.stringify(each), each])).values()];
}

/** What a person must know about a preview before trusting it or deploying. */
export function previewProblems({
    source,
    result,
    disagreements,
    policies,
    diagnostics,
    isFresh,
    defect,
    refusals: refused,
}: EnginePreview): readonly ReportProblem[] {
    const place = `preview "${source}"`;
    const failures = diagnostics.filter(({ severity }) => severity === "error");
    const causes = failures.filter(({ text }) => text !== "preview failed");
    const errors = causes.length > 0 ? causes : failures;
    const mandatory = policies.filter(({ isMandatory }) => isMandatory);
    const problem = (kind: ReportProblem["kind"], text: string): ReportProblem => ({
        kind,
        text: `${place}: ${text.replace(/\s+/gu, " ")}`,
    });
    return [
        ...(defect === undefined ? [] : [problem("unreadable", `${defect}; run it again`)]),
        ...(result === "failed" && errors.length + mandatory.length === 0
            ? [
                  problem(
                      "finding",
                      "the preview failed without a message; run pulumi preview and read its output",
                  ),
              ]
            : []),
        ...errors.map(({ text, resource }) =>
            problem(
                "finding",
                `the preview failed: ${resource === undefined ? "" : `"${resource}": `}${text}`,
            ),
        ),
        ...mandatory.map((each) => problem("finding", policyText(each))),
        ...(isFresh
            ? [
                  problem(
                      "note",
                      "Pulumi has not deployed this stack yet and would create all of it, so the preview does not show what is deployed",
                  ),
              ]
            : []),
        ...refused.map(({ resource, text }) => problem("finding", `${resource}: ${text}`)),
        ...summarize(disagreements).map(([kind, text]) => problem(kind, text)),
    ];
}

export function policyText({ policy, pack, resource, text, isMandatory }: PolicyResult): string {
    const where = resource === undefined ? "" : ` on "${resource}"`;
    return `${isMandatory ? "mandatory" : "advisory"} policy "${policy}" of pack "${pack}" is violated${where}: ${text}`;
}

/** How many disagreements of one kind are listed. */
const maxShown = 5;

function summarize(
    disagreements: readonly Disagreement[],
): readonly (readonly ["finding" | "note", string])[] {
    const groups = new Map<string, Disagreement[]>();
    for (const each of disagreements) {
        const key = `${each.kind} ${each.isFinding}`;
        groups.set(key, [...(groups.get(key) ?? []), each]);
    }
    return [...groups.values()].flatMap((group) => {
        const kind = group.some(({ isFinding }) => isFinding) ? "finding" : "note";
        const shown = group.slice(0, maxShown).map(({ text }) => [kind, text] as const);
        const rest = group.length - shown.length;
        return rest > 0
            ? [...shown, [kind, `and ${counted(rest, "object")} more with the same difference`] as const]
            : shown;
    });
}
