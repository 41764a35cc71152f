import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

export interface FakeComment {
    readonly id: number;
    body: string;
    readonly login: string;
}

export interface HostRequest {
    /** `GET /repos/acme/shop/pulls/7`, without its query. */
    readonly line: string;
    readonly query: Readonly<Record<string, string>>;
    readonly authorization: string | undefined;
}

export interface HostAnswer {
    readonly status: number;
    readonly body?: unknown;
    readonly headers?: Readonly<Record<string, string>>;
}

export interface FakePull {
    readonly number: number;
    readonly headOwner: string;
    readonly headBranch: string;
    readonly headSha: string;
    /** @default "ba5e" */
    readonly baseSha?: string;
}

/** A status of a commit, as the client sent it. */
export interface FakeStatus {
    readonly sha: string;
    readonly state: string;
    readonly context: string;
    readonly description: string;
}

export interface FakeHost {
    readonly endpoint: string;
    /** What pull requests say, in the order of their creation. */
    readonly comments: FakeComment[];
    readonly statuses: FakeStatus[];
    readonly seen: HostRequest[];
    /** Answers in place of the usual one: the first that takes a request is used up. */
    readonly disturb: (
        line: string,
        answer: HostAnswer | ((host: FakeHost) => HostAnswer | undefined),
    ) => void;
    readonly close: () => void;
}

export interface FakeHostSettings {
    readonly comments?: readonly FakeComment[];
    readonly pulls?: readonly FakePull[];
    /** @default 2 comments a page, for every requested size, so that small tests have several pages */
    readonly pageSize?: number;
    /** The name that the repository has now. @default "acme/shop" */
    readonly repository?: string;
}

/** Who the fake host's token belongs to. */
export const bot = "github-actions[bot]";

export const pull: FakePull = { number: 7, headOwner: "mallory", headBranch: "archive", headSha: "c0ffee" };

/**
 * A local stand-in for the parts of GitHub's REST API that comments need: pull requests, comments, pages with Link headers. It proves what is
 * sent and how answers are taken, not that GitHub answers so; shapes are those of its documentation.
 * @see https://docs.github.com/en/rest/issues/comments
 */
export async function fakeHost({
    comments = [],
    pulls = [pull],
    pageSize = 2,
    repository = "acme/shop",
}: FakeHostSettings = {}): Promise<FakeHost> {
    const disturbances: {
        line: string;
        answer: HostAnswer | ((host: FakeHost) => HostAnswer | undefined);
    }[] = [];
    const held: FakeComment[] = comments.map((each) => ({ ...each }));
    const root = `/repos/${repository}`;

    const shownPull = ({ number, headOwner, headBranch, headSha, baseSha = "ba5e" }: FakePull): object => ({
        number,
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

    function paged(all: readonly object[], { line, query }: HostRequest): HostAnswer {
        const page = Number(query["page"] ?? 1);
        const path = line.split(" ")[1] ?? "";
        const hasMore = page * pageSize < all.length;
        const next = new URLSearchParams({ ...query, page: String(page + 1) }).toString();
        return {
            status: 200,
            body: all.slice((page - 1) * pageSize, page * pageSize),
            ...(hasMore && { headers: { link: `<${host.endpoint}${path}?${next}>; rel="next"` } }),
        };
    }

    function usual(request: HostRequest, body: string): HostAnswer {
        const { line, query } = request;
        const number = Number(/\/pulls\/(\d+)$/u.exec(line)?.[1]);
        const id = Number(/\/issues\/comments\/(\d+)$/u.exec(line)?.[1]);
        const text = (): string => (JSON.parse(body) as { body: string }).body; // what the test's own client sends
        if (line === `GET ${root}/pulls/${number}`) {
            const found = pulls.find((each) => each.number === number);
            return found === undefined ? missing : { status: 200, body: shownPull(found) };
        }
        if (line === `GET ${root}/pulls`) {
            const open = pulls.filter((each) => `${each.headOwner}:${each.headBranch}` === query["head"]);
            return paged(open.map(shownPull), request);
        }
        if (line === `GET ${root}/issues/7/comments`) {
            return paged(held.map(shownComment), request);
        }
        if (line === `POST ${root}/issues/7/comments`) {
            const made = { id: Math.max(100, ...held.map((each) => each.id)) + 1, body: text(), login: bot };
            held.push(made);
            return { status: 201, body: shownComment(made) };
        }
        const [, sha] = /\/statuses\/(\w+)$/u.exec(line) ?? [];
        if (sha !== undefined && line === `POST ${root}/statuses/${sha}`) {
            const status = { sha, ...(JSON.parse(body) as Omit<FakeStatus, "sha">) }; // what the test's own client sends
            host.statuses.push(status);
            return { status: 201, body: status };
        }
        const index = held.findIndex((each) => each.id === id);
        const found = held[index];
        if (found === undefined) {
            return missing;
        }
        if (line === `PATCH ${root}/issues/comments/${id}`) {
            found.body = text();
            return { status: 200, body: shownComment(found) };
        }
        if (line === `DELETE ${root}/issues/comments/${id}`) {
            held.splice(index, 1);
            return { status: 204 };
        }
        return missing;
    }

    function disturbed(line: string): HostAnswer | undefined {
        const index = disturbances.findIndex((each) => each.line === line);
        const [found] = index < 0 ? [] : disturbances.splice(index, 1);
        return typeof found?.answer === "function" ? found.answer(host) : found?.answer;
    }

    async function serve(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
        const text = await readAll(incoming);
        const url = new URL(incoming.url ?? "/", host.endpoint);
        const request: HostRequest = {
            line: `${incoming.method ?? ""} ${url.pathname}`,
            query: Object.fromEntries(url.searchParams),
            authorization: incoming.headers.authorization,
        };
        host.seen.push(request);
        const { status, body, headers } = disturbed(request.line) ?? usual(request, text);
        const isText = typeof body === "string";
        response
            .writeHead(status, {
                ...(body !== undefined && { "content-type": isText ? "text/html" : "application/json" }),
                ...headers,
            })
            .end(body === undefined ? undefined : isText ? body : JSON.stringify(body));
    }

    const server = createServer((incoming, response) => {
        void serve(incoming, response);
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const { port } = server.address() as AddressInfo; // a TCP server's address is never a string
    const host: FakeHost = {
        endpoint: `http://127.0.0.1:${port}`,
        comments: held,
        statuses: [],
        seen: [],
        disturb: (line, answer) => disturbances.push({ line, answer }),
        close: () => {
            server.closeAllConnections();
            server.close();
        },
    };
    return host;
}

async function readAll(request: IncomingMessage): Promise<string> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) {
        chunks.push(chunk as Buffer); // a request yields buffers unless an encoding is set
    }
    return Buffer.concat(chunks).toString();
}
