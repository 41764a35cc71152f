import { writeText } from "../input/textFile.ts";
import type { CommandIo, CommandResult } from "../process/commandIo.ts";
import { type OutputOptions, refuseTwoOutputs, writeReport } from "../review/reviewOutput.ts";
import { type ReviewRequest, reviewChange } from "../review/reviewReport.ts";

export interface ReviewCommandOptions extends ReviewRequest, OutputOptions {
    /** A file for the record of what was compared and found. */
    readonly record?: string;
}

/**
 * Reviews what a change does to messages.
 * @throws UsageError, BrokerUnreachable, BrokerRefused
 */
export async function reviewTopology(options: ReviewCommandOptions, io: CommandIo): Promise<CommandResult> {
    refuseTwoOutputs(options);
    const reviewed = await reviewChange(options, io);
    const { report } = reviewed;
    if (options.record !== undefined) {
        const { pullRequestOfRun } = await import("../host/readRunEnvironment.ts");
        const { recordOf } = await import("../review/reviewRecord.ts");
        const record = recordOf(reviewed, await pullRequestOfRun(io.env));
        await writeText(options.record, `${JSON.stringify(record, undefined, 4)}\n`);
    }
    return { output: await writeReport(report, options, io.page), exitCode: report.outcome.exitCode };
}
