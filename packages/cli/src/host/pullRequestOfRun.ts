import type { PullRequestName } from "../review/reviewRecord.ts";
import { readActionsEnvironment } from "./actionsEnvironment.ts";

/** The pull request that this run belongs to; `undefined` outside of such a run. */
export async function pullRequestOfRun(
    env: Readonly<Record<string, string | undefined>>,
): Promise<PullRequestName | undefined> {
    const { repository, event } = await readActionsEnvironment(env);
    return repository === undefined || event.kind !== "pull_request"
        ? undefined
        : { repository, pull: event.number };
}
