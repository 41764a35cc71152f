import type { PullRequestName } from "../review/reviewRecord.ts";
import { readGitHubEnvironment } from "./gitHubEnvironment.ts";
import { readGitLabEnvironment } from "./gitLabEnvironment.ts";
import type { HostKind } from "./hostKind.ts";
import type { RunEnvironment } from "./runEnvironment.ts";

type Variables = Readonly<Record<string, string | undefined>>;

/**
 * Reads the environment of a run.
 * @param kind whose environment. @default - of the host that the command runs on, or GitHub
 * @throws UsageError if the event file cannot be read
 */
export async function readRunEnvironment(env: Variables, kind?: HostKind): Promise<RunEnvironment> {
    return (kind ?? hostOfRun(env)) === "gitlab"
        ? readGitLabEnvironment(env)
        : await readGitHubEnvironment(env);
}

function hostOfRun(env: Variables): HostKind {
    return env["GITLAB_CI"] === "true" && env["GITHUB_ACTIONS"] !== "true" ? "gitlab" : "github";
}

/** The pull request that a run belongs to; `undefined` outside of such a run. */
export async function pullRequestOfRun(env: Variables): Promise<PullRequestName | undefined> {
    const { repository, event } = await readRunEnvironment(env);
    return repository === undefined || event.kind !== "pull_request"
        ? undefined
        : { repository, pull: event.number };
}
