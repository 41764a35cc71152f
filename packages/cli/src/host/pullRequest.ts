import type { HostKind } from "./hostKind.ts";
import { requestNames } from "./hostKind.ts";

/** A pull request on GitHub, or a merge request on GitLab. */
export interface PullRequest {
    readonly kind: HostKind;
    /** Its current name, because a repository may have been renamed: `acme/shop`. */
    readonly repository: string;
    readonly number: number;
    /** The newest commit. */
    readonly headSha: string;
    /** A commit of the branch to merge into: the newest one, or the one where the head branched off. */
    readonly baseSha: string;
    readonly url: string;
}

/** `pull request 7 of "acme/shop"`. */
export function pullRequestName({
    kind,
    repository,
    number,
}: Pick<PullRequest, "kind" | "repository" | "number">): string {
    return `${requestNames[kind]} ${number} of "${repository}"`;
}

/** The branch and commit of a workflow run. A run from a fork does not name its pull request. */
export interface RunOrigin {
    readonly headOwner: string;
    readonly headBranch: string;
    readonly headSha: string;
}
