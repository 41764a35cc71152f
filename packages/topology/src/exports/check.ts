export { compareFindings, type Finding, inOrder, renderFinding, type Severity } from "../checks/finding.ts";
export { check, checked, rules, TopologyError } from "../checks/index.ts";
export { renderAnnotations } from "../checks/report/annotations.ts";
export { accept, type Baseline, baselineRules, parseBaseline } from "../checks/report/baseline.ts";
export { countsOf, type ReportedFinding, type Location, type Locator } from "../checks/report/judgement.ts";
export { documentLocator, inputFinding, noLocation, objectFinder } from "../checks/report/locator.ts";
export { type SarifRule, toSarif } from "../checks/report/sarif.ts";
export { compareVersions, type FindingState } from "../checks/versionComparison.ts";
