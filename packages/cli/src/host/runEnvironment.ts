import type { PullRequestName } from "../review/reviewRecord.ts";
import { readGitHubEnvironment } from "./gitHubEnvironment.ts";
import { readGitLabEnvironment } from "./gitLabEnvironment.ts";
import type { HostKind } from "./hostKind.ts";
import type { RunOrigin } from "./pullRequest.ts";

/** The environment of a step in GitHub Actions, or of a job in GitLab CI. */
export interface RunEnvironment {
    readonly kind: HostKind;
    /** `owner/name`. */
    readonly repository?: string;
    /** The root of the host's REST API. */
    readonly endpoint?: string;
    readonly token?: string;
    /** The file of the job's summary. */
    readonly summary?: string;
    readonly event: WorkflowEvent;
}

/** The event that started the workflow, if it belongs to a pull request. */
export type WorkflowEvent =
    | { readonly kind: "pull_request"; readonly number: number; readonly headSha: string }
    /** Another workflow ended that ran for a pull request, possibly from a fork. */
    | { readonly kind: "workflow_run"; readonly origin: RunOrigin; readonly run: WorkflowRun }
    | { readonly kind: "other" };

/** The run that ended. */
export interface WorkflowRun {
    /** Such as `success`, `failure` or `cancelled`. */
    readonly conclusion?: string;
    /** The web page with its log. */
    readonly url?: string;
}

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
