import type { Log, ReportingDescriptor, Result } from "sarif";
import type { Severity } from "../finding.ts";
import { oldRuleId } from "../renamedRules.ts";
import type { Location, ReportedFinding } from "./reportedFinding.ts";

/** The fields of a rule that SARIF needs. */
export interface SarifRule {
    readonly id: string;
    readonly severity: Severity;
    readonly reason: string;
    readonly fix: string;
    readonly source?: string;
}

/**
 * Findings as SARIF 2.1.0, which code hosts show at the source line. It describes all rules, also those without findings, so that a code host
 * can distinguish a fixed finding from a removed rule. Accepted findings are suppressed, with their reason. If a target version is set, the
 * version that the topology was compiled for is the baseline.
 * @param version the version of the program that reports the findings
 * @see https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html
 */
export function toSarif(
    findings: readonly ReportedFinding[],
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
                results: findings.map((each) => result(each, indices.get(each.finding.rule))),
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
        // Identifies the same finding in the next run, even if its line has moved.
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
