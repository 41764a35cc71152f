import { type DriftReport, driftCount } from "../../drift/drift.ts";
import { withoutNamedSecret } from "../../review/compare/secretField.ts";
import { redactValue } from "../../text/redaction.ts";
import { driftLine } from "./driftParagraphs.ts";

/**
 * A drift as JSON, with the lists of a review: `before` is what is declared, `after` what the broker has. Each change and each finding has its
 * repair.
 */
export function driftJson(report: DriftReport): object {
    const { stack, broker, review, repairs, findings, notes, unseen } = report;
    const inStack = (items: readonly object[]): readonly object[] =>
        items.map((item) => ({ stack, ...item }));
    return redactValue({
        verdict: { line: driftLine(report), consequence: review.verdict.consequence },
        broker,
        causes: inStack(review.causes),
        changes: inStack(
            review.changes.map((each) => ({
                ...each,
                fields: each.fields.map(withoutNamedSecret),
                repair: repairs.get(each.id),
            })),
        ),
        routing: inStack(review.routing),
        permissions: inStack(review.permissions),
        contract: inStack(review.contract),
        findings: inStack(findings.map(({ id, object, text, repair }) => ({ id, object, text, repair }))),
        unseen,
        notes,
        exitCode: driftCount(report) === 0 ? 0 : 1,
    });
}
