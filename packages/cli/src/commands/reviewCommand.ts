import type { CommandIo, CommandResult } from "../process/commandIo.ts";
import { type OutputOptions, refuseTwoOutputs, writeReport } from "../review/reviewOutput.ts";
import { type ReviewRequest, reviewReport } from "../review/reviewReport.ts";

export interface ReviewCommandOptions extends ReviewRequest, OutputOptions {}

/**
 * Reviews what a change does to messages.
 * @throws UsageError, BrokerUnreachable, BrokerRefused
 */
export async function reviewTopology(options: ReviewCommandOptions, io: CommandIo): Promise<CommandResult> {
    refuseTwoOutputs(options);
    const report = await reviewReport(options, io);
    return { output: await writeReport(report, options, io.page), exitCode: report.outcome.exitCode };
}
