import type { PullRequest, RunOrigin } from "./pullRequest.ts";

/** A comment on a pull request. */
export interface HostComment {
    readonly id: number;
    readonly body: string;
    /** Its web page. */
    readonly url: string;
    /** The name of its user. @default - the user was deleted */
    readonly author?: string | undefined;
}

/** The result that a host shows at a commit. */
export interface CommitStatus {
    /** Its name: `topology/shop`. */
    readonly name: string;
    /** `error` if the review is incomplete. */
    readonly result: "success" | "failure" | "error";
    /** One line. */
    readonly description: string;
}

/**
 * What a review needs of GitHub or GitLab. All functions throw HostRefused and HostUnreachable; a refusal is "missing" if the thing does not
 * exist.
 */
export interface CodeHost {
    readonly pullRequest: (repository: string, number: number) => Promise<PullRequest>;
    /**
     * The open pull request of a workflow run's commit; `undefined` if it was closed, or if a newer commit was pushed, which has its own run.
     */
    readonly pullRequestOf: (repository: string, origin: RunOrigin) => Promise<PullRequest | undefined>;
    /**
     * The comments of one user, oldest first.
     * @param author the user's name. @default - the user of the token
     */
    readonly comments: (pull: PullRequest, author: string | undefined) => Promise<readonly HostComment[]>;
    readonly create: (pull: PullRequest, body: string) => Promise<HostComment>;
    readonly update: (pull: PullRequest, id: number, body: string) => Promise<void>;
    readonly remove: (pull: PullRequest, id: number) => Promise<void>;
    readonly setStatus: (pull: PullRequest, status: CommitStatus) => Promise<void>;
}
