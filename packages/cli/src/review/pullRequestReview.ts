import { type ReportProblem, withProblems } from "@spot-messaging/topology/review";
import { quotedFirst } from "@spot-messaging/topology/text";
import { gitRepository } from "./gitRepository.ts";
import { type OwnRun, reportedProblems } from "./reportedProblems.ts";
import type { PullRequestName } from "./reviewRecord.ts";
import { type ReviewedChange, type ReviewIo, reviewChange } from "./reviewReport.ts";

/** The pull request to review, as the code host reports it. */
export interface ReviewedPullRequest extends PullRequestName {
    /** The newest commit of the branch to merge into. */
    readonly baseSha: string;
    readonly headSha: string;
    readonly ownRun: OwnRun;
}

/**
 * Reviews the commits of a pull request. It reads the pull request's files from git and runs nothing of them.
 * @param record the record of the pull request's own run. @default - it is not required
 * @throws UsageError
 */
export async function reviewPullRequest(
    { baseSha, headSha, ownRun, ...name }: ReviewedPullRequest,
    record: string | undefined,
    io: ReviewIo,
): Promise<ReviewedChange> {
    const reviewed = await reviewChange({ base: baseSha, head: headSha }, io);
    const problems = [
        ...(await changedChecks(reviewed)),
        ...(record === undefined ? [] : await reportedProblems(record, reviewed, name, ownRun)),
    ];
    return { ...reviewed, report: withProblems(reviewed.report, problems) };
}

/** The files that define the runs of a pull request, on GitHub, GitLab and Jenkins. */
const checkFiles =
    /^(?:\.github\/(?:workflows|actions)\/|\.gitlab-ci\.yml$|\.gitlab\/|(?:.*\/)?Jenkinsfile$)/u;

async function changedChecks({ sides: { base, head } }: ReviewedChange): Promise<readonly ReportProblem[]> {
    const repository = await gitRepository(".");
    const changed = await repository.changedPaths(base.origin.commit ?? "", head.origin.commit ?? "");
    const checks = changed.filter((path) => checkFiles.test(path));
    return checks.length === 0
        ? []
        : [
              {
                  kind: "note",
                  text: `the pull request changes how it is checked: ${quotedFirst(checks)}; read these changes first, because a changed check may not find that a snapshot differs from the program`,
              },
          ];
}
