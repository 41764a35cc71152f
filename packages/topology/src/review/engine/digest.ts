import { z } from "zod";
import { diagnosticText } from "./diagnosticText.ts";
import type { Diagnostic, Preview } from "./preview.ts";
import { properties, shownSecrets } from "./properties.ts";
import { deletionOf, type EngineStep, mergeSteps, operationOf, stateMarks, urnParts } from "./step.ts";

const state = z.looseObject({ inputs: properties, ...stateMarks }).nullish();

const step = z.looseObject({
    op: z.string(),
    urn: urnParts,
    oldState: state,
    newState: state,
    detailedDiff: z.record(z.string(), z.unknown()).nullish(),
    diffReasons: z.array(z.string()).nullish(),
    replaceReasons: z.array(z.string()).nullish(),
});

const digest = z.looseObject({
    steps: z.array(step).nullish(),
    diagnostics: z
        .array(z.looseObject({ message: z.string(), severity: z.string(), urn: z.string().optional() }))
        .nullish(),
    changeSummary: z.record(z.string(), z.number()).nullish(),
});

/**
 * Reads the digest that `pulumi preview --json` prints.
 * @throws ZodError
 * @see https://www.pulumi.com/docs/iac/cli/commands/pulumi_preview/
 */
export function readDigest(value: unknown, skippedLines: number): Preview {
    const { steps, diagnostics } = digest.parse(value);
    const secrets = shownSecrets(value);
    const problems = (diagnostics ?? []).flatMap(({ message, severity, urn }): readonly Diagnostic[] => {
        const resource = urnParts.safeParse(urn).data?.name;
        return severity === "error" || severity === "warning"
            ? [
                  {
                      severity,
                      text: diagnosticText(message, secrets),
                      ...(resource !== undefined && { resource }),
                  },
              ]
            : [];
    });
    return {
        format: "digest",
        steps: mergeSteps((steps ?? []).map(stepOf)),
        diagnostics: problems,
        policies: [],
        result: problems.some(({ severity }) => severity === "error") ? "failed" : "succeeded",
        skippedLines,
    };
}

function stepOf({ op, urn, oldState, newState, ...rest }: z.infer<typeof step>): EngineStep {
    const [before, after] = [oldState?.inputs, newState?.inputs];
    return {
        ...urn,
        operation: operationOf(op),
        ...deletionOf(op, oldState),
        ...(before !== undefined && { before }),
        ...(after !== undefined && { after }),
        paths: Object.keys(rest.detailedDiff ?? {}).concat(
            rest.detailedDiff === null || rest.detailedDiff === undefined ? (rest.diffReasons ?? []) : [],
        ),
        hasDrifted: false,
    };
}
