export const hostKinds = ["github", "gitlab"] as const;

/** The software of a code host. */
export type HostKind = (typeof hostKinds)[number];

export const hostNames: Readonly<Record<HostKind, string>> = { github: "GitHub", gitlab: "GitLab" };

/** What a host calls a pull request. */
export const requestNames: Readonly<Record<HostKind, string>> = {
    github: "pull request",
    gitlab: "merge request",
};

/** The maximum number of characters in a comment. */
export const maxCommentLengths: Readonly<Record<HostKind, number>> = { github: 65_536, gitlab: 1_000_000 };

/** The variable with the token. */
export const tokenVariables: Readonly<Record<HostKind, string>> = {
    github: "GITHUB_TOKEN",
    gitlab: "GITLAB_TOKEN",
};

/** Which token may comment, as the end of a sentence. */
export const tokenNeeds: Readonly<Record<HostKind, string>> = {
    github: 'it needs "pull-requests: write" (and "statuses: write" for --status), which a workflow of a fork cannot have; comment from a workflow_run workflow like .github/workflows/comment.yml, or read the job summary',
    gitlab: "it needs a project, group or personal access token with the scope api and the role Reporter (Developer for --status); CI_JOB_TOKEN may not comment",
};
