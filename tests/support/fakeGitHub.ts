import {
    addComment,
    type FakeComment,
    type FakeHost,
    fakeCodeHost,
    type HostAnswer,
    paged,
} from "./fakeCodeHost.ts";

export interface FakePull {
    readonly number: number;
    readonly headOwner: string;
    readonly headBranch: string;
    readonly headSha: string;
    /** @default "ba5e" */
    readonly baseSha?: string;
}

export interface FakeGitHubSettings {
    readonly comments?: readonly FakeComment[];
    readonly pulls?: readonly FakePull[];
    /** @default 2 comments a page, for every requested size, so that small tests have several pages */
    readonly pageSize?: number;
    /** The user of the token. @default {@link bot} */
    readonly user?: string;
    /** The name that the repository has now. @default "acme/shop" */
    readonly repository?: string;
}

/** The user of the token of GitHub Actions. */
export const bot = "github-actions[bot]";

export const pull: FakePull = { number: 7, headOwner: "mallory", headBranch: "archive", headSha: "c0ffee" };

/**
 * A local stand-in for the parts of GitHub's REST API that comments need: pull requests, comments, statuses, pages with Link headers. It proves
 * what is sent and how answers are taken, not that GitHub answers so; shapes are those of its documentation.
 * @see https://docs.github.com/en/rest/issues/comments
 */
export async function fakeGitHub({
    comments = [],
    pulls = [pull],
    pageSize = 2,
    user = bot,
    repository = "acme/shop",
}: FakeGitHubSettings = {}): Promise<FakeHost> {
    const root = `/repos/${repository}`;
    const shownPull = ({ number, headOwner, headBranch, headSha, baseSha = "ba5e" }: FakePull): object => ({
        number,
        html_url: `https://host.example/${repository}/pull/${number}`,
        head: { sha: headSha, ref: headBranch, label: `${headOwner}:${headBranch}` },
        base: { sha: baseSha, repo: { full_name: repository } },
    });
    const shownComment = ({ id, body, login }: FakeComment): object => ({
        id,
        body,
        html_url: `https://host.example/${repository}/pull/7#issuecomment-${id}`,
        user: { login },
    });
    const missing: HostAnswer = { status: 404, body: { message: "Not Found" } };

    return await fakeCodeHost(comments, (request, body, host) => {
        const { line, query } = request;
        const number = Number(/\/pulls\/(\d+)$/u.exec(line)?.[1]);
        const id = Number(/\/issues\/comments\/(\d+)$/u.exec(line)?.[1]);
        const sent = (): Record<string, string> => JSON.parse(body) as Record<string, string>; // what the test's own client sends
        if (line === `GET ${root}/pulls/${number}`) {
            const found = pulls.find((each) => each.number === number);
            return found === undefined ? missing : { status: 200, body: shownPull(found) };
        }
        if (line === `GET ${root}/pulls`) {
            const open = pulls.filter((each) => `${each.headOwner}:${each.headBranch}` === query["head"]);
            return paged(open.map(shownPull), pageSize, request, host);
        }
        if (line === `GET ${root}/issues/7/comments`) {
            return paged(host.comments.map(shownComment), pageSize, request, host);
        }
        if (line === `POST ${root}/issues/7/comments`) {
            return { status: 201, body: shownComment(addComment(host, sent()["body"] ?? "", user)) };
        }
        const [, sha] = /\/statuses\/(\w+)$/u.exec(line) ?? [];
        if (sha !== undefined && line === `POST ${root}/statuses/${sha}`) {
            const { state = "", context = "", description = "" } = sent();
            host.statuses.push({ sha, state, name: context, description });
            return { status: 201, body: { state } };
        }
        const index = host.comments.findIndex((each) => each.id === id);
        const found = host.comments[index];
        if (found === undefined) {
            return missing;
        }
        if (line === `PATCH ${root}/issues/comments/${id}`) {
            found.body = sent()["body"] ?? "";
            return { status: 200, body: shownComment(found) };
        }
        if (line === `DELETE ${root}/issues/comments/${id}`) {
            host.comments.splice(index, 1);
            return { status: 204 };
        }
        return missing;
    });
}
