import type { Answer } from "../answer.ts";
import type { Page } from "../render/paint.ts";
import { type OutputOptions, refuseTwoOutputs, writeReport } from "../review/reviewOutput.ts";
import { type ReviewRequest, type ReviewSurroundings, reviewReport } from "../review/reviewReport.ts";

export interface ReviewCommandOptions extends ReviewRequest, OutputOptions {}

/**
 * Tells what a change does to messages.
 * @throws UsageError, BrokerUnreachable, BrokerRefused
 */
export async function reviewTopology(
    options: ReviewCommandOptions,
    surroundings: ReviewSurroundings,
    page: Page,
): Promise<Answer> {
    refuseTwoOutputs(options);
    const report = await reviewReport(options, surroundings);
    return { output: await writeReport(report, options, page), exitCode: report.outcome.exitCode };
}
