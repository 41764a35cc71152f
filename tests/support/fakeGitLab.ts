import {
    addComment,
    type FakeComment,
    type FakeHost,
    fakeCodeHost,
    type HostAnswer,
    paged,
} from "./fakeCodeHost.ts";

export interface FakeMergeRequest {
    readonly number: number;
    readonly headSha: string;
    /** @default "ba5e"; `null` while GitLab prepares the changes */
    readonly baseSha?: string | null;
}

export interface FakeGitLabSettings {
    readonly comments?: readonly FakeComment[];
    readonly mergeRequests?: readonly FakeMergeRequest[];
    /** @default 2 notes a page, for every requested size, so that small tests have several pages */
    readonly pageSize?: number;
}

/** Who the fake host's token belongs to: the user of a project access token. */
export const projectBot = "project_1_bot_2";

export const mergeRequest: FakeMergeRequest = { number: 7, headSha: "c0ffee" };

const project = "acme/backend/shop";

/**
 * A local stand-in for the parts of GitLab's REST API that notes need: the token's user, merge requests, notes, statuses, pages with Link headers.
 * It proves what is sent and how answers are taken, not that GitLab answers so; shapes are those of its documentation.
 * @see https://docs.gitlab.com/api/notes/
 */
export async function fakeGitLab({
    comments = [],
    mergeRequests = [mergeRequest],
    pageSize = 2,
}: FakeGitLabSettings = {}): Promise<FakeHost> {
    const root = `/projects/${encodeURIComponent(project)}`;
    const notes = `${root}/merge_requests/7/notes`;
    const missing: HostAnswer = { status: 404, body: { message: "404 Not found" } };
    const shownNote = ({ id, body, login }: FakeComment): object => ({
        id,
        body,
        system: login === "system",
        author: { username: login },
    });

    return await fakeCodeHost(comments, (request, body, host) => {
        const { line } = request;
        const sent = (): Record<string, string> => JSON.parse(body) as Record<string, string>; // what the test's own client sends
        if (line === "GET /user") {
            return { status: 200, body: { username: projectBot } };
        }
        const number = Number(/\/merge_requests\/(\d+)$/u.exec(line)?.[1]);
        if (line === `GET ${root}/merge_requests/${number}`) {
            const found = mergeRequests.find((each) => each.number === number);
            return found === undefined
                ? missing
                : {
                      status: 200,
                      body: {
                          iid: number,
                          sha: found.headSha,
                          web_url: `https://git.example/${project}/-/merge_requests/${number}`,
                          diff_refs: { base_sha: found.baseSha === undefined ? "ba5e" : found.baseSha },
                          references: { full: `${project}!${number}` },
                      },
                  };
        }
        if (line === `GET ${notes}`) {
            return paged(host.comments.map(shownNote), pageSize, request, host);
        }
        if (line === `POST ${notes}`) {
            return { status: 201, body: shownNote(addComment(host, sent()["body"] ?? "", projectBot)) };
        }
        const [, sha] = /\/statuses\/(\w+)$/u.exec(line) ?? [];
        if (sha !== undefined && line === `POST ${root}/statuses/${sha}`) {
            const { state = "", name = "", description = "" } = sent();
            host.statuses.push({ sha, state, name, description });
            return { status: 201, body: { status: state } };
        }
        const id = Number(/\/notes\/(\d+)$/u.exec(line)?.[1]);
        const index = host.comments.findIndex((each) => each.id === id);
        const found = host.comments[index];
        if (found === undefined) {
            return missing;
        }
        if (line === `PUT ${notes}/${id}`) {
            found.body = sent()["body"] ?? "";
            return { status: 200, body: shownNote(found) };
        }
        if (line === `DELETE ${notes}/${id}`) {
            host.comments.splice(index, 1);
            return { status: 204 };
        }
        return missing;
    });
}
