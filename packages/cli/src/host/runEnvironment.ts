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
