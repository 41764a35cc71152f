import type { RunEnvironment } from "./runEnvironment.ts";

/**
 * Reads the environment of a job in GitLab CI. In the pipeline of a fork, the merge request belongs to another project than the pipeline. The
 * pipelines of merged results and of merge trains run for a commit that is not the newest of the merge request.
 * @see https://docs.gitlab.com/ci/variables/predefined_variables/
 */
export function readGitLabEnvironment(env: Readonly<Record<string, string | undefined>>): RunEnvironment {
    const value = (...names: readonly string[]): string | undefined =>
        names.map((name) => env[name]).find((each) => each !== undefined && each !== "");
    const given = {
        repository: value("CI_MERGE_REQUEST_PROJECT_PATH", "CI_PROJECT_PATH"),
        endpoint: value("CI_API_V4_URL"),
        token: value("GITLAB_TOKEN"),
    };
    const number = Number(value("CI_MERGE_REQUEST_IID") ?? onlyOpen(value("CI_OPEN_MERGE_REQUESTS")));
    const headSha = value("CI_MERGE_REQUEST_SOURCE_BRANCH_SHA", "CI_COMMIT_SHA");
    return {
        kind: "gitlab",
        ...Object.fromEntries(Object.entries(given).filter(([, each]) => each !== undefined)),
        event:
            Number.isSafeInteger(number) && headSha !== undefined
                ? { kind: "pull_request", number, headSha }
                : { kind: "other" },
    };
}

/** The number of the only merge request of a branch pipeline, which lists all of them: `acme/shop!7,acme/shop!8`. */
function onlyOpen(list: string | undefined): string | undefined {
    return /^[^,!]+!(\d+)$/u.exec(list ?? "")?.[1];
}
