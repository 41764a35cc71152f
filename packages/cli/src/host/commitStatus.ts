import { z } from "zod";
import type { CodeHost } from "./codeHost.ts";
import { type PullRequest, repositoryName } from "./pullRequest.ts";

/** A result that the host shows at the newest commit of a pull request, and that a branch protection can require. */
export interface CommitStatus {
    readonly pull: PullRequest;
    readonly project: string;
    /** Of the review. */
    readonly exitCode: 0 | 1 | 2 | 3;
    /** One line. */
    readonly description: string;
}

/** GitHub refuses a longer description. */
const maxDescriptionLength = 140;

/**
 * Sets the status `topology/<project>`.
 * @throws HostRefused, HostUnreachable
 */
export async function setCommitStatus(
    host: CodeHost,
    { pull, project, exitCode, description }: CommitStatus,
): Promise<void> {
    await host.send(
        `status of commit "${pull.headSha}" of "${repositoryName(pull.repository)}"`,
        z.object({ state: z.string() }),
        "POST /repos/{owner}/{repo}/statuses/{sha}",
        {
            ...pull.repository,
            sha: pull.headSha,
            context: `topology/${project}`,
            state: exitCode === 0 ? "success" : exitCode === 1 ? "failure" : "error",
            description: clipped(description),
        },
    );
}

function clipped(text: string): string {
    return text.length <= maxDescriptionLength
        ? text
        : `${text.slice(0, maxDescriptionLength - 1).replace(/[\uD800-\uDBFF]$/u, "")}…`;
}
