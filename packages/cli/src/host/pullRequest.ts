import { z } from "zod";
import type { CodeHost } from "./codeHost.ts";
import { HostRefused } from "./hostError.ts";

/** A repository: `acme/shop`. */
export interface Repository {
    readonly owner: string;
    readonly repo: string;
}

export function repositoryName({ owner, repo }: Repository): string {
    return `${owner}/${repo}`;
}

/** `undefined` if a text is not the name of a repository. */
export function parseRepository(text: string): Repository | undefined {
    const [, owner, repo] = /^([\w-]+)\/([\w.-]+)$/u.exec(text) ?? [];
    return owner === undefined || repo === undefined ? undefined : { owner, repo };
}

export interface PullRequest {
    /** Its current name, because a repository may have been renamed. */
    readonly repository: Repository;
    readonly number: number;
    /** The newest commit. */
    readonly headSha: string;
    /** The newest commit of the branch to merge into. */
    readonly baseSha: string;
}

const pullRequest = z.object({
    number: z.number(),
    head: z.object({ sha: z.string() }),
    base: z.object({ sha: z.string(), repo: z.object({ full_name: z.string() }) }),
});

/** @throws HostRefused "missing" if it does not exist */
export async function readPullRequest(
    host: CodeHost,
    repository: Repository,
    number: number,
): Promise<PullRequest> {
    const what = `pull request ${number} of "${repositoryName(repository)}"`;
    const found = await host.send(what, pullRequest, "GET /repos/{owner}/{repo}/pulls/{number}", {
        ...repository,
        number,
    });
    return known(found, repository);
}

/** The branch and commit of a workflow run. A run from a fork does not name its pull request. */
export interface RunOrigin {
    readonly headOwner: string;
    readonly headBranch: string;
    readonly headSha: string;
}

/**
 * The open pull request of a workflow run's commit; `undefined` if it was closed, or if a newer commit was pushed, which has its own run.
 */
export async function pullRequestOf(
    host: CodeHost,
    repository: Repository,
    { headOwner, headBranch, headSha }: RunOrigin,
): Promise<PullRequest | undefined> {
    const open = await host.all(
        `pull requests of "${repositoryName(repository)}"`,
        pullRequest,
        "GET /repos/{owner}/{repo}/pulls",
        { ...repository, state: "open", head: `${headOwner}:${headBranch}` },
    );
    const found = open.filter(({ head }) => head.sha === headSha);
    if (found.length > 1) {
        const numbers = found.map((each) => each.number).join(", ");
        throw new HostRefused(
            "refused",
            `commit "${headSha}" is the newest of several pull requests (${numbers}); choose one with --pull`,
        );
    }
    const [only] = found;
    return only === undefined ? undefined : known(only, repository);
}

function known({ number, head, base }: z.infer<typeof pullRequest>, requested: Repository): PullRequest {
    return {
        repository: parseRepository(base.repo.full_name) ?? requested,
        number,
        headSha: head.sha,
        baseSha: base.sha,
    };
}
