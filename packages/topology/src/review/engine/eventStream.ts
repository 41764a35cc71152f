import { z } from "zod";
import { diagnosticText } from "./diagnosticText.ts";
import type { Diagnostic, PolicyResult, Preview } from "./preview.ts";
import { properties, shownSecrets } from "./properties.ts";
import { deletionOf, type EngineStep, mergeSteps, operationOf, stateMarks, urnParts } from "./step.ts";

const state = z.looseObject({ inputs: properties, ...stateMarks }).nullish();

const metadata = z.looseObject({
    op: z.string(),
    urn: urnParts,
    old: state,
    new: state,
    detailedDiff: z.record(z.string(), z.unknown()).nullish(),
    diffs: z.array(z.string()).nullish(),
});

const event = z.looseObject({
    sequence: z.number(),
    resourcePreEvent: z.looseObject({ metadata }).optional(),
    resOutputsEvent: z.looseObject({ metadata }).optional(),
    resOpFailedEvent: z.looseObject({ metadata }).optional(),
    diagnosticEvent: z
        .looseObject({ message: z.string(), severity: z.string(), urn: z.string().optional() })
        .optional(),
    policyEvent: z
        .looseObject({
            resourceUrn: z.string().optional(),
            message: z.string(),
            policyName: z.string(),
            policyPackName: z.string(),
            enforcementLevel: z.string(),
        })
        .optional(),
    errorEvent: z.looseObject({ error: z.string() }).optional(),
    summaryEvent: z
        .looseObject({ result: z.string().optional(), maybeCorrupt: z.boolean().optional() })
        .optional(),
});
type Event = z.infer<typeof event>;

/**
 * Reads the engine's events, one per line, from `PULUMI_ENABLE_STREAMING_JSON_PREVIEW=1 pulumi preview --json`.
 * @throws ZodError
 * @see https://github.com/pulumi/pulumi/blob/master/sdk/go/common/apitype/events.go
 */
export function readEvents(values: readonly unknown[], skippedLines: number): Preview {
    const events = z.array(event).parse(values);
    const secrets = shownSecrets(values);
    const diagnostics = events.flatMap((each) => diagnosticsOf(each, secrets));
    const policies = events.flatMap((each) => policiesOf(each, secrets));
    const summary = events.find(({ summaryEvent }) => summaryEvent !== undefined)?.summaryEvent;
    const isFailed =
        (summary?.result !== undefined && summary.result !== "succeeded") ||
        diagnostics.some(({ severity }) => severity === "error") ||
        policies.some(({ isMandatory }) => isMandatory) ||
        events.some(({ resOpFailedEvent }) => resOpFailedEvent !== undefined);
    return {
        format: "events",
        steps: mergeSteps(events.flatMap(stepsOf)),
        diagnostics,
        policies,
        result: isFailed ? "failed" : "succeeded",
        skippedLines,
        ...(summary === undefined && {
            defect: "its summary is missing: the preview was interrupted, or the file is cut off",
        }),
    };
}

/** A refresh counts when it ends: only then its result is known. */
function stepsOf({ resourcePreEvent, resOutputsEvent }: Event): readonly EngineStep[] {
    const found = resourcePreEvent?.metadata ?? resOutputsEvent?.metadata;
    if (found === undefined) {
        return [];
    }
    const { op, urn, old, new: now, detailedDiff, diffs } = found;
    const isRefreshed = op === "refresh" && resOutputsEvent !== undefined;
    if (resOutputsEvent !== undefined && !isRefreshed) {
        return [];
    }
    const changed = Object.keys(detailedDiff ?? {});
    // A refreshed state comes from the real resource, not from the program.
    const [before, after] = op === "refresh" ? [undefined, undefined] : [old?.inputs, now?.inputs];
    return [
        {
            ...urn,
            operation: operationOf(op),
            ...deletionOf(op, old),
            ...(before !== undefined && { before }),
            ...(after !== undefined && { after }),
            paths: changed.length > 0 ? changed : (diffs ?? []),
            hasDrifted: isRefreshed && (now === null || now === undefined || changed.length > 0),
        },
    ];
}

function diagnosticsOf(
    { diagnosticEvent, errorEvent }: Event,
    secrets: readonly string[],
): readonly Diagnostic[] {
    if (errorEvent !== undefined) {
        return [{ severity: "error", text: diagnosticText(errorEvent.error, secrets) }];
    }
    const severity = diagnosticEvent?.severity;
    if (diagnosticEvent === undefined || (severity !== "error" && severity !== "warning")) {
        return [];
    }
    const resource = urnParts.safeParse(diagnosticEvent.urn).data?.name;
    const text = diagnosticText(diagnosticEvent.message, secrets);
    return [{ severity, text, ...(resource !== undefined && { resource }) }];
}

function policiesOf({ policyEvent }: Event, secrets: readonly string[]): readonly PolicyResult[] {
    if (policyEvent === undefined || policyEvent.enforcementLevel === "none") {
        return [];
    }
    const { policyName, policyPackName, enforcementLevel, message, resourceUrn } = policyEvent;
    const resource = urnParts.safeParse(resourceUrn).data?.name;
    return [
        {
            policy: policyName,
            pack: policyPackName,
            isMandatory: enforcementLevel === "mandatory",
            text: diagnosticText(message, secrets),
            ...(resource !== undefined && { resource }),
        },
    ];
}
