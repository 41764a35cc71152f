export { type ComparedBroker } from "../drift/comparedSides.ts";
export {
    type DriftFinding,
    type DriftReport,
    driftCount,
    driftIds,
    type UnseenPart,
} from "../drift/drift.ts";
export { type DriftInput, driftReport } from "../drift/driftReport.ts";
export { type DeclaredPassword, passwordsIn } from "../drift/passwords.ts";
export { type Repair } from "../drift/repair.ts";
export { type Cause, type Fear, type Rename } from "../review/causes/cause.ts";
export {
    type Action,
    type Change,
    type ChangedObject,
    type Consequence,
    type Effect,
    type FieldChange,
    type ObjectKind,
    type Reason,
} from "../review/compare/change.ts";
export { type ContractChange, type ContractChangeKind } from "../review/compare/contract/contractRule.ts";
export {
    type IgnoredChange,
    type ImportedTopology,
    importedTopology,
} from "../review/compare/importedTopology.ts";
export {
    type PermissionChange,
    type PermissionKind,
} from "../review/compare/permissions/permissionChange.ts";
export { withProgramKnowledge } from "../review/compare/programKnowledge.ts";
export { type RouteProbe } from "../review/compare/routes/routeProbe.ts";
export {
    type RouteChange,
    type RouteChangeKind,
    type RouteEnd,
} from "../review/compare/routes/routingDiff.ts";
export { type SettingChange } from "../review/compare/settings/settingsDiff.ts";
export { type EngineObject } from "../review/engine/brokerObjects.ts";
export {
    type Agreement,
    type Compared,
    type Disagreement,
    type DisagreementKind,
} from "../review/engine/disagreement.ts";
export { type EnginePreview, enginePreview, previewedStack } from "../review/engine/enginePreview.ts";
export { type NoteworthyResource, type ResourceGroup } from "../review/engine/otherResources.ts";
export { type Diagnostic, type PolicyResult, type Preview } from "../review/engine/preview.ts";
export { readPreview } from "../review/engine/readPreview.ts";
export { type Refusal } from "../review/engine/refusals.ts";
export { type EngineStep, type Operation, type Properties } from "../review/engine/step.ts";
export { type Unreviewed } from "../review/engine/unreviewed.ts";
export { type BlastRadius, blastRadius, touchedVhosts } from "../review/live/blastRadius.ts";
export { type LiveQueue } from "../review/live/impact.ts";
export { type QueueImpactKind } from "../review/live/queueImpact.ts";
export {
    type Approval,
    type Approvals,
    type ApprovalUse,
    approvalsPath,
    parseApprovals,
} from "../review/report/approvals.ts";
export { buildReport, type ReportParts } from "../review/report/buildReport.ts";
export type { Evidence, StackEvidence } from "../review/report/evidence.ts";
export {
    type ApprovedChange,
    type Origin,
    type Outcome,
    type Provenance,
    type Report,
    type ReportProblem,
    type StackReport,
    type UnreadStack,
    withProblems,
} from "../review/report/report.ts";
export { type ProblemKind, problemKinds } from "../review/report/reportProblem.ts";
export { type Review } from "../review/report/review.ts";
export { type ComparedStack, type ReviewedStack, reviewStack } from "../review/report/reviewedStack.ts";
export { type Verdict } from "../review/report/verdict.ts";
export { readSnapshot, readSnapshotDocument, SnapshotError, writeSnapshot } from "../review/snapshot.ts";
