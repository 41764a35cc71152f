export { withProgramKnowledge } from "../review/compare/programKnowledge.ts";
export { enginePreview, previewedStack } from "../review/engine/enginePreview.ts";
export { readPreview } from "../review/engine/readPreview.ts";
export { blastRadius, touchedVhosts } from "../review/live/blastRadius.ts";
export { type Approvals, approvalsPath, parseApprovals } from "../review/report/approvals.ts";
export { buildReport, type ReportParts } from "../review/report/buildReport.ts";
export type { Evidence, StackEvidence } from "../review/report/evidence.ts";
export {
    type Origin,
    type Provenance,
    type Report,
    type ReportProblem,
    type StackReport,
    type UnreadStack,
} from "../review/report/report.ts";
export { type ComparedStack, type ReviewedStack, reviewStack } from "../review/report/reviewedStack.ts";
export { readSnapshot, readSnapshotDocument, SnapshotError, writeSnapshot } from "../review/snapshot.ts";
