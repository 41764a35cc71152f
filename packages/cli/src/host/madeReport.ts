import { UsageError, UserError } from "@spot-messaging/topology";
import { printable, renderReportMarkdown, verdictLine } from "@spot-messaging/topology/render";
import { reviewPullRequest } from "../review/pullRequestReview.ts";
import type { ReviewIo } from "../review/reviewReport.ts";
import type { PullRequest } from "./pullRequest.ts";
import type { WorkflowRun } from "./runEnvironment.ts";

/** A report to comment with. */
export interface MadeReport {
    readonly text: string;
    /** The exit code of the review, if it was made here. */
    readonly exitCode: 0 | 1 | 2 | 3;
    /** The verdict in one line. */
    readonly line: string;
}

/**
 * Reviews a pull request for its comment. If that is impossible, the comment says why, because the report of an earlier commit must not be
 * taken for the one of this commit.
 */
export async function madeReport(
    { repository, number, baseSha, headSha }: PullRequest,
    { record, run }: { readonly record: string | undefined; readonly run: WorkflowRun },
    io: ReviewIo,
): Promise<MadeReport> {
    const name = { repository, pull: number };
    const log = run.url === undefined ? "" : `\n[Log of the pull request's own run](${run.url})\n`;
    try {
        const { report } = await reviewPullRequest({ ...name, baseSha, headSha, ownRun: run }, record, io);
        return {
            text: `${renderReportMarkdown(report)}${log}`,
            exitCode: report.outcome.exitCode,
            line: verdictLine(report),
        };
    } catch (error) {
        if (!(error instanceof UserError)) {
            throw error;
        }
        const line = "the review failed, so what happens to messages is not known";
        return {
            text: `**❓ ${line}**\n\nIt was the review of commit ${headSha}:\n\n${codeBlock(error.message)}\n${log}`,
            exitCode: error instanceof UsageError ? 2 : 3,
            line,
        };
    }
}

/** As an indented block, which no text can end. */
function codeBlock(text: string): string {
    return text
        .split("\n")
        .map((line) => `    ${printable(line)}`)
        .join("\n");
}
