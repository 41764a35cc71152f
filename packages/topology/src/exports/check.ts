import { rules as allRules } from "../checks/index.ts";
import type { RuleDescription } from "../checks/rule.ts";

export {
    compareFindings,
    type Finding,
    inOrder,
    isAtLeastAsSevere,
    renderFinding,
    type Severity,
} from "../checks/finding.ts";
export { assertValid, type CheckOptions, check, TopologyError } from "../checks/index.ts";
export { type InvariantId } from "../checks/invariants.ts";
export { renderAnnotations } from "../checks/report/annotations.ts";
export {
    type Acceptance,
    accept,
    type Baseline,
    type BaselineUse,
    baselinePath,
    baselineRules,
    parseBaseline,
} from "../checks/report/baseline.ts";
export { type CodeQualityIssue, toCodeQuality } from "../checks/report/codeQuality.ts";
export { type Reasoned } from "../checks/report/entryFile.ts";
export { reportedByImport } from "../checks/report/importStatements.ts";
export { renderJunit } from "../checks/report/junit.ts";
export { documentLocator, inputFinding, noLocation, objectFinder } from "../checks/report/locator.ts";
export {
    type Counts,
    countsOf,
    type Location,
    type Locator,
    type ReportedFinding,
} from "../checks/report/reportedFinding.ts";
export { type SarifRule, toSarif } from "../checks/report/sarif.ts";
export { type RuleDescription } from "../checks/rule.ts";
export { compareVersions, type FindingState, type VersionComparison } from "../checks/versionComparison.ts";

/** The descriptions of the rules of {@link check}, sorted by id. */
export const rules: readonly RuleDescription[] = allRules;
