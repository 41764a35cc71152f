export { renderDocument } from "../render/document/document.ts";
export { driftJson } from "../render/drift/driftJson.ts";
export { renderDriftMarkdown } from "../render/drift/driftMarkdown.ts";
export {
    type DriftParagraph,
    driftLine,
    driftParagraphs,
} from "../render/drift/driftParagraphs.ts";
export { type Graph, type GraphNode, graphOf, type NodeKind } from "../render/graph/graph.ts";
export { type EdgeKind, type GraphEdge } from "../render/graph/graphEdge.ts";
export { type Mark, type Marks } from "../render/graph/mark.ts";
export { approvalEntries, approvalText } from "../render/report/causes/approvalEntry.ts";
export type { CauseReason } from "../render/report/causes/causeReason.ts";
export { type DiffLine } from "../render/report/causes/differences.ts";
export {
    type ReportedCause,
    reportedCauses,
} from "../render/report/causes/reportedCause.ts";
export { reportJson } from "../render/report/json.ts";
export { renderReportMarkdown } from "../render/report/markdown.ts";
export { type Part, type Phrase } from "../render/report/phrase.ts";
export { redactedReport } from "../render/report/redactedReport.ts";
export {
    distinctProblems,
    type Headline,
    headlines,
    type ReviewStatus,
    saysNoChanges,
    verdictLine,
} from "../render/report/reviewStatus.ts";
export { engineSummary, engineTables } from "../render/report/tables/engineTables.ts";
export { provenanceTable } from "../render/report/tables/provenance.ts";
export { type ReportTable } from "../render/report/tables/reportTable.ts";
export { settingsTable } from "../render/report/tables/settingsTable.ts";
export { printable } from "../text/escape.ts";
