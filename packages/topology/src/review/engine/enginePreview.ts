import type { Topology } from "../../model/index.ts";
import { counted } from "../../text/units.ts";
import type { Change } from "../compare/change.ts";
import type { ReportProblem } from "../report/reportProblem.ts";
import { brokerObjects, isBrokerType } from "./brokerObjects.ts";
import { type Agreement, agreement, type Disagreement } from "./disagreement.ts";
import { otherResources, type ResourceGroup } from "./otherResources.ts";
import type { Diagnostic, PolicyResult, Preview } from "./preview.ts";

/** What the engine's own preview says of a stack, beside what the review says. */
export interface EnginePreview extends Agreement {
    /** What was read: a path, `-` for standard input. */
    readonly source: string;
    readonly format: Preview["format"];
    readonly result: Preview["result"];
    /** Whether the engine has made nothing of the stack yet. */
    readonly isFresh: boolean;
    readonly others: readonly ResourceGroup[];
    readonly policies: readonly PolicyResult[];
    readonly diagnostics: readonly Diagnostic[];
    readonly skippedLines: number;
    /** What keeps it from being whole. @default - nothing */
    readonly defect?: string;
}

/** The stack that a preview is of; nothing, where it has no resource. */
export function previewedStack({ steps }: Preview): string | undefined {
    return steps[0]?.stack;
}

/** Puts a preview beside the review of the same stack. */
export function enginePreview(
    source: string,
    preview: Preview,
    { changes, after }: { readonly changes: readonly Change[]; readonly after: Topology },
): EnginePreview {
    const { steps, format, result, policies, diagnostics, skippedLines } = preview;
    const declared = steps.filter(({ type }) => isBrokerType(type));
    const isFresh = declared.length > 0 && declared.every(({ operation }) => operation === "create");
    const objects = declared.flatMap(brokerObjects);
    // A preview that failed stopped somewhere: what it does not tell means nothing.
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
        policies,
        diagnostics: distinct(diagnostics),
        skippedLines,
        ...(preview.defect !== undefined && { defect: preview.defect }),
    };
}

/** The engine says once for each of its looks what it says. */
function distinct(diagnostics: readonly Diagnostic[]): readonly Diagnostic[] {
    return [...new Map(diagnostics.map((each) => [JSON.stringify(each), each])).values()];
}

/** What somebody must know of a preview before trusting it, or before applying. */
export function previewProblems({
    source,
    result,
    disagreements,
    policies,
    diagnostics,
    isFresh,
    defect,
}: EnginePreview): readonly ReportProblem[] {
    const place = `preview "${source}"`;
    const errors = diagnostics.filter(({ severity }) => severity === "error");
    const mandatory = policies.filter(({ isMandatory }) => isMandatory);
    const problem = (kind: ReportProblem["kind"], text: string): ReportProblem => ({
        kind,
        text: `${place}: ${text.replace(/\s+/gu, " ")}`,
    });
    return [
        ...(defect === undefined ? [] : [problem("unreadable", `${defect}; run it again`)]),
        ...(result === "failed" && errors.length + mandatory.length === 0
            ? [problem("finding", "the engine's preview failed; run it and look at what it says")]
            : []),
        ...errors.map(({ text, resource }) =>
            problem(
                "finding",
                `the engine's preview failed: ${resource === undefined ? "" : `"${resource}": `}${text}`,
            ),
        ),
        ...mandatory.map((each) => problem("finding", policyText(each))),
        ...(isFresh
            ? [
                  problem(
                      "note",
                      "the engine has made nothing of this stack yet, and would make all of it; so it says nothing about what is deployed",
                  ),
              ]
            : []),
        ...summed(disagreements).map(([kind, text]) => problem(kind, text)),
    ];
}

export function policyText({ policy, pack, resource, text, isMandatory }: PolicyResult): string {
    const where = resource === undefined ? "" : ` on "${resource}"`;
    return `${isMandatory ? "mandatory" : "advisory"} policy "${policy}" of pack "${pack}" is violated${where}: ${text}`;
}

/** How many of one kind are told one by one. */
const most = 5;

function summed(disagreements: readonly Disagreement[]): readonly (readonly ["finding" | "note", string])[] {
    const groups = new Map<string, Disagreement[]>();
    for (const each of disagreements) {
        const key = `${each.kind} ${each.isFinding}`;
        groups.set(key, [...(groups.get(key) ?? []), each]);
    }
    return [...groups.values()].flatMap((group) => {
        const kind = group.some(({ isFinding }) => isFinding) ? "finding" : "note";
        const shown = group.slice(0, most).map(({ text }) => [kind, text] as const);
        const rest = group.length - shown.length;
        return rest > 0
            ? [...shown, [kind, `and ${counted(rest, "object")} more of which the same is true`] as const]
            : shown;
    });
}
