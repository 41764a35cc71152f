import type { Log, ReportingDescriptor, Result } from "sarif";
import type { Severity } from "../finding.ts";
import { oldRuleId } from "../renamedRules.ts";
import type { Location, ReportedFinding } from "./reportedFinding.ts";

/** What SARIF wants to know of a rule. */
export interface SarifRule {
    readonly id: string;
    readonly severity: Severity;
    readonly reason: string;
    readonly fix: string;
    readonly source?: string;
}

/**
 * Findings as SARIF 2.1.0, which code hosts show at the line. Every rule is described, also those that found nothing: a host can then
 * tell a mended finding from a rule that is gone. Accepted findings are there, suppressed for their reason. Where another version was asked
 * about, the version that the topology was made for is the baseline.
 * @param version of the program that reports them
 * @see https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html
 */
export function toSarif(
    judgements: readonly ReportedFinding[],
    rules: readonly SarifRule[],
    version?: string,
): Log {
    const indices = new Map(rules.map(({ id }, index) => [id, index]));
    return {
        $schema: "https://json.schemastore.org/sarif-2.1.0.json",
        version: "2.1.0",
        runs: [
            {
                tool: {
                    driver: {
                        name: "spot-messaging topology",
                        ...(version !== undefined && { semanticVersion: version }),
                        rules: rules.map(descriptor),
                    },
                },
                columnKind: "utf16CodeUnits",
                results: judgements.map((each) => result(each, indices.get(each.finding.rule))),
            },
        ],
    };
}

function descriptor({ id, severity, reason, fix, source }: SarifRule): ReportingDescriptor {
    const oldId = oldRuleId(id);
    return {
        id,
        ...(oldId !== undefined && { deprecatedIds: [oldId] }),
        name: `${id.charAt(0).toUpperCase()}${id.slice(1)}`,
        shortDescription: { text: reason },
        help: { text: fix },
        ...(source?.startsWith("https://") === true && { helpUri: source }),
        defaultConfiguration: { level: severity },
    };
}

function result(
    { finding, location, accepted, state }: ReportedFinding,
    ruleIndex: number | undefined,
): Result {
    const { rule, severity, place, message, fix } = finding;
    return {
        ruleId: rule,
        ...(ruleIndex !== undefined && { ruleIndex }),
        level: severity,
        ...(state !== undefined && { baselineState: state }),
        message: { text: `${place}: ${message}; ${fix}` },
        locations: [
            {
                ...(location !== undefined && { physicalLocation: physicalLocation(location) }),
                logicalLocations: [{ fullyQualifiedName: place }],
            },
        ],
        // The same finding in the next run, wherever its line has moved to.
        partialFingerprints: { "ruleAtPlace/v1": JSON.stringify([rule, place, message]) },
        ...(accepted !== undefined && {
            suppressions: [{ kind: "external" as const, justification: accepted }],
        }),
    };
}

function physicalLocation({
    file,
    line,
    column,
}: Location): NonNullable<Result["locations"]>[number]["physicalLocation"] {
    return {
        artifactLocation: { uri: file.split("/").map(encodeURIComponent).join("/") },
        ...(line !== undefined && {
            region: { startLine: line, ...(column !== undefined && { startColumn: column }) },
        }),
    };
}
