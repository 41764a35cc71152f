import { readFile } from "node:fs/promises";
import { UsageError } from "@spot-messaging/topology";
import { z } from "zod";
import type { RunEnvironment, WorkflowEvent } from "./runEnvironment.ts";

const pullRequestEvent = z.object({
    pull_request: z.object({ number: z.int().positive(), head: z.object({ sha: z.string() }) }),
});

const workflowRunEvent = z.object({
    workflow_run: z.object({
        event: z.string(),
        head_sha: z.string(),
        head_branch: z.string(),
        head_repository: z.object({ owner: z.object({ login: z.string() }) }),
        conclusion: z.string().nullish(),
        html_url: z.url().nullish(),
    }),
});

/**
 * Reads the environment of a step.
 * @throws UsageError if the event file cannot be read
 * @see https://docs.github.com/en/actions/reference/workflows-and-actions/variables
 */
export async function readGitHubEnvironment(
    env: Readonly<Record<string, string | undefined>>,
): Promise<RunEnvironment> {
    const value = (name: string): string | undefined => (env[name] === "" ? undefined : env[name]);
    const given = {
        repository: value("GITHUB_REPOSITORY"),
        endpoint: value("GITHUB_API_URL"),
        token: value("GITHUB_TOKEN"),
        summary: value("GITHUB_STEP_SUMMARY"),
    };
    const eventFile = value("GITHUB_EVENT_PATH");
    return {
        kind: "github",
        ...Object.fromEntries(Object.entries(given).filter(([, each]) => each !== undefined)),
        event: eventFile === undefined ? { kind: "other" } : await readEvent(eventFile),
    };
}

async function readEvent(file: string): Promise<WorkflowEvent> {
    let event: unknown;
    try {
        event = JSON.parse(await readFile(file, "utf8"));
    } catch (error) {
        const why =
            error instanceof Error && "code" in error
                ? `cannot be read (${String(error.code)})`
                : "is not valid JSON";
        throw new UsageError(
            `event "${file}" of GITHUB_EVENT_PATH ${why}; unset it, and give --repo and --pull instead`,
        );
    }
    const { data: pull } = pullRequestEvent.safeParse(event);
    if (pull !== undefined) {
        const { number, head } = pull.pull_request;
        return { kind: "pull_request", number, headSha: head.sha };
    }
    const { data: run } = workflowRunEvent.safeParse(event);
    if (run !== undefined && run.workflow_run.event === "pull_request") {
        const { head_repository: head, head_branch: headBranch, head_sha: headSha } = run.workflow_run;
        const { conclusion, html_url: url } = run.workflow_run;
        return {
            kind: "workflow_run",
            origin: { headOwner: head.owner.login, headBranch, headSha },
            run: { ...(conclusion != null && { conclusion }), ...(url != null && { url }) },
        };
    }
    return { kind: "other" };
}
