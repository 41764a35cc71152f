import { z } from "zod";
import type { CodeHost } from "./codeHost.ts";
import { HostRefused } from "./hostError.ts";
import { type PullRequest, pullRequestName } from "./pullRequest.ts";
import type { Parameters, RestClient } from "./restClient.ts";

/** GitLab refuses a longer description of a status. */
const maxDescriptionLength = 255;

const mergeRequest = z.object({
    iid: z.number(),
    web_url: z.string(),
    sha: z.string().nullish(),
    diff_refs: z.object({ base_sha: z.string().nullish() }).nullish(),
    references: z.object({ full: z.string() }),
});

const note = z.object({
    id: z.number(),
    body: z.string(),
    system: z.boolean(),
    author: z.object({ username: z.string() }),
});

/**
 * Merge requests on GitLab.com or a server of your own.
 * @see https://docs.gitlab.com/api/notes/
 */
export function gitLab(client: RestClient): CodeHost {
    let ownName: Promise<string> | undefined;
    const userOfToken = async (): Promise<string> => {
        const found = client.send(
            "the user of the token",
            z.object({ username: z.string() }),
            "GET /user",
            {},
        );
        return (await found).username;
    };
    const idsOf = ({ repository, number }: Pick<PullRequest, "repository" | "number">): Parameters => ({
        project: repository,
        number,
    });
    const noteName = (pull: PullRequest, id: number): string => `note ${id} on ${pullRequestName(pull)}`;
    const notesRoute = "/projects/{project}/merge_requests/{number}/notes";
    const urlOf = (pull: PullRequest, id: number): string => `${pull.url}#note_${id}`;
    return {
        pullRequest: async (repository, number) => {
            const what = pullRequestName({ kind: "gitlab", repository, number });
            const found = await client.send(
                what,
                mergeRequest,
                "GET /projects/{project}/merge_requests/{number}",
                idsOf({ repository, number }),
            );
            return known(found, what);
        },
        pullRequestOf: () => {
            throw new HostRefused(
                "refused",
                "merge request: a workflow run of GitHub names none; give --pull NUMBER",
            );
        },
        comments: async (pull, author) => {
            const name = author ?? (await (ownName ??= userOfToken()));
            const all = await client.all(`notes on ${pullRequestName(pull)}`, note, `GET ${notesRoute}`, {
                ...idsOf(pull),
                sort: "asc",
                order_by: "created_at",
            });
            return all
                .filter(
                    ({ system, author: { username } }) =>
                        !system && username.toLowerCase() === name.toLowerCase(),
                )
                .map(({ id, body }) => ({ id, body, url: urlOf(pull, id) }))
                .toSorted((a, b) => a.id - b.id);
        },
        create: async (pull, body) => {
            const what = `note on ${pullRequestName(pull)}`;
            const { id } = await client.send(what, note, `POST ${notesRoute}`, { ...idsOf(pull), body });
            return { id, body, url: urlOf(pull, id) };
        },
        update: async (pull, id, body) => {
            await client.send(noteName(pull, id), note, `PUT ${notesRoute}/{id}`, {
                ...idsOf(pull),
                id,
                body,
            });
        },
        remove: async (pull, id) => {
            await client.send(noteName(pull, id), z.unknown(), `DELETE ${notesRoute}/{id}`, {
                ...idsOf(pull),
                id,
            });
        },
        setStatus: async ({ repository, headSha }, { name, result, description }) => {
            await client.send(
                `status of commit "${headSha}" of "${repository}"`,
                z.object({ status: z.string() }),
                "POST /projects/{project}/statuses/{sha}",
                {
                    project: repository,
                    sha: headSha,
                    name,
                    state: result === "success" ? "success" : "failed",
                    description: description.slice(0, maxDescriptionLength),
                },
            );
        },
    };
}

function known(
    { iid, web_url: url, sha, diff_refs: refs, references }: z.infer<typeof mergeRequest>,
    what: string,
): PullRequest {
    const baseSha = refs?.base_sha;
    if (sha == null || baseSha == null) {
        throw new HostRefused(
            "refused",
            `${what}: GitLab has not prepared its changes yet, or it has none; run again later`,
        );
    }
    return {
        kind: "gitlab",
        repository: references.full.replace(/!\d+$/u, ""),
        number: iid,
        headSha: sha,
        baseSha,
        url,
    };
}
