import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

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
    /** Closes the connection instead of an answer, or in the middle of it. */
    readonly closes?: "before" | "within";
}

/** A comment on pull request 7, whose author is a login. */
export interface FakeComment {
    readonly id: number;
    body: string;
    readonly login: string;
}

/** A status of a commit, as the client sent it. */
export interface FakeStatus {
    readonly sha: string;
    readonly state: string;
    readonly name: string;
    readonly description: string;
}

/** What a code host holds, for the test to read and to change. */
export interface FakeHost {
    readonly endpoint: string;
    /** The comments, in the order of their creation. */
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

/** Answers a request as the host usually does. */
export type UsualAnswer = (request: HostRequest, body: string, host: FakeHost) => HostAnswer;

/** A local server with the state of a code host. */
export async function fakeCodeHost(comments: readonly FakeComment[], usual: UsualAnswer): Promise<FakeHost> {
    const disturbances: {
        line: string;
        answer: HostAnswer | ((host: FakeHost) => HostAnswer | undefined);
    }[] = [];

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
        const { status, body, headers, closes } = disturbed(request.line) ?? usual(request, text, host);
        if (closes === "before") {
            incoming.socket.destroy();
            return;
        }
        const isText = typeof body === "string";
        const content = body === undefined ? "" : isText ? body : JSON.stringify(body);
        response.writeHead(status, {
            ...(body !== undefined && { "content-type": isText ? "text/html" : "application/json" }),
            ...(closes === "within" && { "content-length": content.length + 1 }),
            ...headers,
        });
        if (closes === "within") {
            response.write(content, () => incoming.socket.destroy());
        } else {
            response.end(content === "" ? undefined : content);
        }
    }

    const server = createServer((incoming, response) => {
        void serve(incoming, response);
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const { port } = server.address() as AddressInfo; // a TCP server's address is never a string
    const host: FakeHost = {
        endpoint: `http://127.0.0.1:${port}`,
        comments: comments.map((each) => ({ ...each })),
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

/** One page of a list, with the link to the next one. */
export function paged(
    all: readonly object[],
    pageSize: number,
    { line, query }: HostRequest,
    { endpoint }: FakeHost,
): HostAnswer {
    const page = Number(query["page"] ?? 1);
    const path = line.split(" ")[1] ?? "";
    const hasMore = page * pageSize < all.length;
    const next = new URLSearchParams({ ...query, page: String(page + 1) }).toString();
    return {
        status: 200,
        body: all.slice((page - 1) * pageSize, page * pageSize),
        ...(hasMore && { headers: { link: `<${endpoint}${path}?${next}>; rel="next"` } }),
    };
}

/** A comment with the next free number. */
export function addComment(host: FakeHost, body: string, login: string): FakeComment {
    const made = { id: Math.max(100, ...host.comments.map(({ id }) => id)) + 1, body, login };
    host.comments.push(made);
    return made;
}

async function readAll(request: IncomingMessage): Promise<string> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) {
        chunks.push(chunk as Buffer); // a request yields buffers unless an encoding is set
    }
    return Buffer.concat(chunks).toString();
}
