import { z } from "zod";
import type { CodeHost } from "./codeHost.ts";
import { HostRefused } from "./hostError.ts";
import { type PullRequest, pullRequestName } from "./pullRequest.ts";
import type { RestClient } from "./restClient.ts";

/** The user of the token that GitHub Actions gives to a job. */
const actionsUser = "github-actions[bot]";

/** GitHub refuses a longer description of a status. */
const maxDescriptionLength = 140;

const pullRequest = z.object({
    number: z.number(),
    html_url: z.string(),
    head: z.object({ sha: z.string() }),
    base: z.object({ sha: z.string(), repo: z.object({ full_name: z.string() }) }),
});

const comment = z
    .object({
        id: z.number(),
        html_url: z.string(),
        body: z.string().nullish(),
        user: z.object({ login: z.string() }).nullish(),
    })
    .transform(({ id, html_url: url, body, user }) => ({ id, url, body: body ?? "", author: user?.login }));

/** @see https://docs.github.com/en/rest */
export function gitHub(client: RestClient): CodeHost {
    const commentName = (pull: PullRequest, id: number): string =>
        `comment ${id} on ${pullRequestName(pull)}`;
    return {
        pullRequest: async (repository, number) => {
            const what = pullRequestName({ kind: "github", repository, number });
            return known(
                await client.send(what, pullRequest, "GET /repos/{owner}/{repo}/pulls/{number}", {
                    ...ownerAndName(repository),
                    number,
                }),
            );
        },
        pullRequestOf: async (repository, { headOwner, headBranch, headSha }) => {
            const open = await client.all(
                `pull requests of "${repository}"`,
                pullRequest,
                "GET /repos/{owner}/{repo}/pulls",
                { ...ownerAndName(repository), state: "open", head: `${headOwner}:${headBranch}` },
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
            return only === undefined ? undefined : known(only);
        },
        comments: async (pull, name = actionsUser) => {
            const all = await client.all(
                `comments on ${pullRequestName(pull)}`,
                comment,
                "GET /repos/{owner}/{repo}/issues/{number}/comments",
                { ...ownerAndName(pull.repository), number: pull.number },
            );
            return all
                .filter(({ author }) => author?.toLowerCase() === name.toLowerCase())
                .toSorted((a, b) => a.id - b.id);
        },
        create: (pull, body) =>
            client.send(
                `comment on ${pullRequestName(pull)}`,
                comment,
                "POST /repos/{owner}/{repo}/issues/{number}/comments",
                { ...ownerAndName(pull.repository), number: pull.number, body },
            ),
        update: async (pull, id, body) => {
            const route = "PATCH /repos/{owner}/{repo}/issues/comments/{id}";
            await client.send(commentName(pull, id), comment, route, {
                ...ownerAndName(pull.repository),
                id,
                body,
            });
        },
        remove: async (pull, id) => {
            const route = "DELETE /repos/{owner}/{repo}/issues/comments/{id}";
            await client.send(commentName(pull, id), z.unknown(), route, {
                ...ownerAndName(pull.repository),
                id,
            });
        },
        setStatus: async ({ repository, headSha }, { name, result, description }) => {
            await client.send(
                `status of commit "${headSha}" of "${repository}"`,
                z.object({ state: z.string() }),
                "POST /repos/{owner}/{repo}/statuses/{sha}",
                {
                    ...ownerAndName(repository),
                    sha: headSha,
                    context: name,
                    state: result,
                    description: shortened(description),
                },
            );
        },
    };
}

function ownerAndName(repository: string): { readonly owner: string; readonly repo: string } {
    const [owner = "", repo = ""] = repository.split("/");
    return { owner, repo };
}

function known({ number, html_url: url, head, base }: z.infer<typeof pullRequest>): PullRequest {
    return {
        kind: "github",
        repository: base.repo.full_name,
        number,
        headSha: head.sha,
        baseSha: base.sha,
        url,
    };
}

function shortened(text: string): string {
    return text.length <= maxDescriptionLength
        ? text
        : `${text.slice(0, maxDescriptionLength - 1).replace(/[\uD800-\uDBFF]$/u, "")}…`;
}
