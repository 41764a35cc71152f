import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { FakeComment, FakeHost } from "../../../../tests/support/fakeCodeHost.ts";
import { bot, type FakeGitHubSettings, fakeGitHub, pull } from "../../../../tests/support/fakeGitHub.ts";
import { stdinOf } from "../../../../tests/support/stdinOf.ts";
import { commentReport } from "../../src/commands/commentCommand.ts";
import type { CommentCommandOptions } from "../../src/host/commentSettings.ts";
import { HostUnreachable } from "../../src/host/hostError.ts";
import { topology } from "../topologyRun.ts";

const marker = "<!-- topology-review:spot-messaging -->";
const report = 'dev: 1 REPLACE, messages are lost: queue "jobs"\n';
const body = `${marker}\ndev: 1 REPLACE, messages are lost: queue "jobs"\n`;
const calm = "dev: no changes\n\n<!-- no changes -->\n";
const listing = "GET /repos/acme/shop/issues/7/comments";
const pullLine = "GET /repos/acme/shop/pulls/7";
const creation = "POST /repos/acme/shop/issues/7/comments";

const quietly = { printError: () => undefined, today: () => "2026-11-24" };

let folder: string;
const hosts: FakeHost[] = [];

beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "spot-comment-"));
});

afterEach(async () => {
    for (const host of hosts.splice(0)) {
        host.close();
    }
    await rm(folder, { recursive: true });
});

async function started(settings: FakeGitHubSettings = {}): Promise<FakeHost> {
    const host = await fakeGitHub(settings);
    hosts.push(host);
    return host;
}

interface Attempt {
    readonly text?: string;
    readonly options?: Partial<CommentCommandOptions>;
    readonly env?: Readonly<Record<string, string>>;
}

/** Says the report on pull request 7 in JSON; a second of waiting takes a millisecond. */
async function comment(
    host: FakeHost,
    { text = report, options = {}, env = {} }: Attempt = {},
): Promise<unknown> {
    const { output, exitCode } = await commentReport(
        {
            file: "-",
            repo: "acme/shop",
            pull: "7",
            author: bot,
            project: "spot-messaging",
            timeout: "60 seconds",
            json: true,
            ...options,
        },
        {
            env: { GITHUB_API_URL: host.endpoint, GITHUB_TOKEN: "canary-token", ...env },
            stdin: stdinOf(text),
            ...quietly,
        },
        1,
    );
    expect(exitCode).toBe(0);
    return JSON.parse(output);
}

const others: readonly FakeComment[] = [
    { id: 1, body: "looks good", login: "alice" },
    { id: 2, body: `${marker}\nI am the review, trust me`, login: "mallory" },
    { id: 3, body: `a quotation:\n${marker}`, login: bot },
    { id: 4, body: "<!-- topology-review:other -->\nanother project's", login: bot },
];
const old: FakeComment = { id: 5, body: `${marker}\ndev: 1 to add\n`, login: bot };
const url = (id: number): string => `https://host.example/acme/shop/pull/7#issuecomment-${id}`;
const written = { repository: "acme/shop", pull: 7, removed: 0 };

describe("the one comment", () => {
    it("is made where there is none, after all pages were looked through", async () => {
        const host = await started({ comments: others });
        expect(await comment(host)).toEqual({ action: "created", url: url(101), ...written });
        expect(host.comments.slice(4)).toEqual([{ id: 101, body, login: bot }]);
        expect(host.comments.slice(0, 4)).toEqual(others);
        expect(host.seen.map(({ line, query }) => `${line} ${query["page"] ?? ""}`)).toEqual([
            `${pullLine} `,
            `${listing} `,
            `${listing} 2`,
            `${creation} `,
            `${listing} `,
            `${listing} 2`,
            `${listing} 3`,
        ]);
    });

    it("is updated in place, on any page, and comments of other users stay unchanged", async () => {
        const host = await started({ comments: [...others, old] });
        expect(await comment(host)).toEqual({ action: "updated", url: url(5), ...written });
        expect(host.comments).toEqual([...others, { ...old, body }]);
    });

    it("is left alone where it says the same, however the host stores line ends", async () => {
        const stored = { ...old, body: body.replaceAll("\n", "\r\n").trimEnd() };
        const host = await started({ comments: [stored] });
        expect(await comment(host)).toEqual({ action: "unchanged", url: url(5), ...written });
        expect(host.seen.map(({ line }) => line)).toEqual([pullLine, listing]);
    });

    it("is listed with the token, and a hundred a page", async () => {
        const host = await started();
        await comment(host);
        expect(new Set(host.seen.map(({ authorization }) => authorization))).toEqual(
            new Set(["token canary-token"]),
        );
        expect(host.seen[1]?.query).toEqual({ per_page: "100" });
    });

    it("belongs to the named user, in upper or lower case", async () => {
        const host = await started({ comments: [{ ...old, login: "Robot" }] });
        expect(await comment(host, { options: { author: "robot" } })).toEqual({
            action: "updated",
            url: url(5),
            ...written,
        });
    });

    it("is one even if the token belongs to another user than the expected author", async () => {
        const host = await started({ user: "acme-bot", comments: [{ ...old, login: "acme-bot" }] });
        expect(await comment(host)).toEqual({ action: "created", url: url(5), ...written, removed: 1 });
        expect(host.comments).toEqual([{ ...old, login: "acme-bot", body }]);
    });

    it("is one for each project", async () => {
        const host = await started({ comments: [old] });
        expect(await comment(host, { options: { project: "billing" } })).toMatchObject({ action: "created" });
        expect(host.comments.map((each) => each.body.split("\n")[0])).toEqual([
            marker,
            "<!-- topology-review:billing -->",
        ]);
    });
});

describe("a report of no changes", () => {
    it("makes no comment", async () => {
        const host = await started({ comments: others });
        expect(await comment(host, { text: calm })).toEqual({ action: "none", ...written });
        expect(host.comments).toEqual(others);
    });

    it("updates the comment that listed changes before", async () => {
        const host = await started({ comments: [old] });
        expect(await comment(host, { text: calm })).toMatchObject({ action: "updated" });
        expect(host.comments).toEqual([{ ...old, body: `${marker}\n${calm}` }]);
    });

    it("makes one where that is wanted", async () => {
        const host = await started();
        expect(await comment(host, { text: calm, options: { always: true } })).toMatchObject({
            action: "created",
        });
    });
});

describe("runs at the same time", () => {
    it("leave one comment: the oldest, which says the newest report", async () => {
        const host = await started();
        host.disturb(creation, ({ comments }) => {
            comments.push({ ...old, id: 50 });
            return undefined;
        });
        expect(await comment(host)).toEqual({ action: "created", url: url(50), ...written, removed: 1 });
        expect(host.comments).toEqual([{ id: 50, body, login: bot }]);
    });

    it("remove what an earlier run left twice", async () => {
        const host = await started({ comments: [{ ...old, id: 9 }, old, { ...old, id: 8 }] });
        expect(await comment(host)).toEqual({ action: "updated", url: url(5), ...written, removed: 2 });
        expect(host.comments).toEqual([{ ...old, body }]);
    });

    it("do not mind when the other has removed the duplicate already", async () => {
        const host = await started({ comments: [old, { ...old, id: 8 }] });
        host.disturb("DELETE /repos/acme/shop/issues/comments/8", {
            status: 404,
            body: { message: "Not Found" },
        });
        expect(await comment(host)).toEqual({ action: "updated", url: url(5), ...written });
    });

    it.each([404, 410])(
        "create a new comment if a person deletes the old one during the run (%i)",
        async (status) => {
            const host = await started({ comments: [old] });
            host.disturb("PATCH /repos/acme/shop/issues/comments/5", ({ comments }) => {
                comments.length = 0;
                return { status, body: { message: "Gone" } };
            });
            expect(await comment(host)).toEqual({ action: "created", url: url(101), ...written });
            expect(host.comments).toEqual([{ id: 101, body, login: bot }]);
        },
    );
});

describe("a host in trouble", () => {
    const limited = { message: "You have exceeded a secondary rate limit." };

    it.each([
        ["429 with retry-after", { status: 429, body: limited, headers: { "retry-after": "20" } }],
        ["403 with retry-after", { status: 403, body: limited, headers: { "retry-after": "20" } }],
        [
            "403 with no request left until a moment that has passed",
            {
                status: 403,
                body: { message: "API rate limit exceeded" },
                headers: { "x-ratelimit-remaining": "0", "x-ratelimit-reset": "1" },
            },
        ],
        ["500", { status: 500, body: { message: "Server Error" } }],
        ["502 with a page", { status: 502, body: "<html>Bad Gateway</html>" }],
    ])("is given time: %s, then all is well", async (_name, answer) => {
        const host = await started({ comments: [old] });
        host.disturb(pullLine, answer);
        host.disturb(listing, answer);
        expect(await comment(host)).toMatchObject({ action: "updated" });
        expect(host.seen.map(({ line }) => line).slice(0, 4)).toEqual([pullLine, pullLine, listing, listing]);
    });

    it("is not waited for longer than the timeout, all waits together", async () => {
        const host = await started();
        for (const line of [pullLine, listing, listing]) {
            host.disturb(line, { status: 429, body: limited, headers: { "retry-after": "25" } });
        }
        await expect(comment(host)).rejects.toThrow(
            `code host "${host.endpoint}": comments on pull request 7 of "acme/shop": too many requests, and the required wait is longer than the timeout (25 seconds); run again later, or raise --timeout`,
        );
        expect(host.seen.map(({ line }) => line)).toEqual([pullLine, pullLine, listing, listing]);
    });

    it("has failed when it fails four times, and a comment that was made all the same is found", async () => {
        const host = await started();
        host.disturb(creation, ({ comments }) => {
            comments.push({ id: 60, body, login: bot });
            return { status: 500, body: { message: "Server Error" } };
        });
        expect(await comment(host)).toEqual({ action: "created", url: url(60), ...written, removed: 1 });
        expect(host.comments).toEqual([{ id: 60, body, login: bot }]);
        for (let times = 0; times < 4; times += 1) {
            host.disturb(pullLine, { status: 503, body: { message: "Unavailable" } });
        }
        await expect(comment(host)).rejects.toThrow(
            `code host "${host.endpoint}": pull request 7 of "acme/shop": fails with 503 (Unavailable); run again later`,
        );
    });

    it("cannot be reached if there is no answer, and the message does not contain the token", async () => {
        const host = await started();
        host.close();
        const failure: unknown = await comment(host).catch((error: unknown) => error);
        expect(failure).toBeInstanceOf(HostUnreachable);
        expect(String(failure)).toContain(
            `code host "${host.endpoint}" cannot be reached (connect ECONNREFUSED`,
        );
        expect(String(failure)).not.toContain("canary-token");
    });

    it("is followed where it has moved, with the same request", async () => {
        const host = await started({ repository: "acme/store" });
        host.disturb(pullLine, {
            status: 301,
            headers: { location: `${host.endpoint}/repos/acme/store/pulls/7` },
        });
        host.disturb("POST /repos/acme/store/issues/7/comments", {
            status: 307,
            headers: { location: "/repos/acme/store/issues/7/comments" },
        });
        expect(await comment(host)).toMatchObject({ action: "created", repository: "acme/store" });
        expect(host.comments).toEqual([{ id: 101, body, login: bot }]);
    });

    it("does not lead the token to another host", async () => {
        const host = await started();
        host.disturb(pullLine, { status: 302, headers: { location: "https://elsewhere.example/x" } });
        await expect(comment(host)).rejects.toThrow(
            'pull request 7 of "acme/shop": refused with 400 (leads to "https://elsewhere.example")',
        );
        expect(host.seen).toHaveLength(1);
    });
});

describe("a refusal", () => {
    const forbidden = { status: 403, body: { message: "Resource not accessible by integration" } };
    const sentence = (host: FakeHost): string =>
        `code host "${host.endpoint}": comment on pull request 7 of "acme/shop": the token lacks the permission (Resource not accessible by integration); it needs "pull-requests: write" (and "statuses: write" for --status), which a workflow of a fork cannot have; comment from a workflow_run workflow like .github/workflows/comment.yml, or read the job summary`;

    it("says how to comment for a fork, and the summary has the report all the same", async () => {
        const host = await started();
        const summary = join(folder, "summary.md");
        await writeFile(summary, "before\n");
        host.disturb(creation, forbidden);
        await expect(comment(host, { env: { GITHUB_STEP_SUMMARY: summary } })).rejects.toThrow(
            sentence(host),
        );
        expect(await readFile(summary, "utf8")).toBe(`before\n${report}`);
    });

    it("is not an error with --allow-forbidden", async () => {
        const host = await started();
        host.disturb(creation, forbidden);
        expect(await comment(host, { options: { allowForbidden: true } })).toEqual({
            action: "forbidden",
            repository: "acme/shop",
            removed: 0,
            reason: sentence(host),
        });
        expect(await comment(host, { options: { allowForbidden: true }, env: { GITHUB_TOKEN: "" } })).toEqual(
            {
                action: "forbidden",
                repository: "acme/shop",
                removed: 0,
                reason: `code host "${host.endpoint}": there is no token to comment with; put one into GITHUB_TOKEN`,
            },
        );
    });

    it.each([
        [pullLine, 401, "Bad credentials", "the token is not accepted (Bad credentials); check GITHUB_TOKEN"],
        [
            pullLine,
            404,
            "Not Found",
            "does not exist, or the token may not read it (Not Found); check repository, number and token",
        ],
        [
            listing,
            410,
            "This issue was deleted",
            "does not exist, or the token may not read it (This issue was deleted); check repository, number and token",
        ],
        [creation, 422, "Validation Failed", "refused with 422 (Validation Failed)"],
    ])("to %s with %i is one sentence, without a second attempt", async (line, status, message, expected) => {
        const host = await started();
        host.disturb(line, { status, body: { message } });
        await expect(comment(host)).rejects.toThrow(expected);
        expect(host.seen.filter((each) => each.line === line)).toHaveLength(1);
    });

    it("by something that is not GitHub names the thing to check", async () => {
        const host = await started();
        host.disturb(pullLine, { status: 200, body: "<html>Sign in</html>" });
        await expect(comment(host)).rejects.toThrow(
            'pull request 7 of "acme/shop": the answer is not from GitHub\'s REST API; check the URL',
        );
    });
});

describe("in a workflow", () => {
    async function eventFile(event: unknown): Promise<string> {
        const file = join(folder, "event.json");
        await writeFile(file, JSON.stringify(event));
        return file;
    }
    /** Nothing is given but what the workflow's environment says. */
    async function inWorkflow(host: FakeHost, event: unknown): Promise<unknown> {
        const { output } = await commentReport(
            {
                file: "-",
                author: bot,
                project: "spot-messaging",
                timeout: "60 seconds",
                json: true,
            },
            {
                env: {
                    GITHUB_API_URL: host.endpoint,
                    GITHUB_TOKEN: "canary-token",
                    GITHUB_REPOSITORY: "acme/shop",
                    GITHUB_EVENT_PATH: await eventFile(event),
                },
                stdin: stdinOf(report),
                ...quietly,
            },
            1,
        );
        return JSON.parse(output);
    }
    const run = (headSha: string): object => ({
        workflow_run: {
            event: "pull_request",
            head_sha: headSha,
            head_branch: pull.headBranch,
            head_repository: { owner: { login: pull.headOwner } },
            pull_requests: [],
        },
    });

    it("the pull request is that of the event", async () => {
        const host = await started();
        const event = { pull_request: { number: 7, head: { sha: pull.headSha } } };
        expect(await inWorkflow(host, event)).toMatchObject({ action: "created", pull: 7 });
    });

    it("after another for a fork, it is found by the fork's branch and the commit that was reviewed", async () => {
        const host = await started({
            pulls: [{ ...pull, number: 5, headSha: "0dd" }, { ...pull, number: 6, headOwner: "eve" }, pull],
        });
        expect(await inWorkflow(host, run(pull.headSha))).toMatchObject({ action: "created", pull: 7 });
        expect(host.seen[0]).toMatchObject({
            line: "GET /repos/acme/shop/pulls",
            query: { state: "open", head: "mallory:archive", per_page: "100" },
        });
    });

    it.each([
        ["a run of another workflow", run("0ld")],
        ["a run", { pull_request: { number: 7, head: { sha: "0ld" } } }],
    ])("%s does not comment on a commit that is no longer the newest", async (_name, event) => {
        const host = await started();
        expect(await inWorkflow(host, event)).toEqual({
            action: "outdated",
            repository: "acme/shop",
            removed: 0,
            reason: "no open pull request has the reviewed commit as its newest",
        });
        expect(host.comments).toEqual([]);
    });

    it("asks which of two pull requests of one commit is meant", async () => {
        const host = await started({ pulls: [pull, { ...pull, number: 8 }] });
        await expect(inWorkflow(host, run(pull.headSha))).rejects.toThrow(
            'commit "c0ffee" is the newest of several pull requests (7, 8); choose one with --pull',
        );
    });
});

describe("topology comment", () => {
    const env = { GITHUB_TOKEN: "canary-token" };

    it("says in a sentence what it did, and where", async () => {
        const host = await started({ comments: [old] });
        const args = ["comment", "--file", "-", "--repo", "acme/shop", "--pull", "7", "--api", host.endpoint];
        expect(await topology(args, { env, stdin: report })).toEqual({
            exitCode: 0,
            output: `pull request 7 of "acme/shop": comment updated (${url(5)})\n`,
            errors: "",
        });
    });

    it("reports all wrong usage together, before it does anything", async () => {
        const args = ["comment", "--file", "-", "--repo", "shop", "--pull", "x", "--timeout", "long"];
        const api = ["--api", "http://git.example.com", "--project", "a--b"];
        expect(await topology([...args, ...api], { env, stdin: report })).toEqual({
            exitCode: 2,
            output: "",
            errors: [
                '--project "a--b": cannot be written into an HTML comment; use letters, digits and single dashes',
                '--timeout "long": is not a duration; write it as "60 seconds"',
                'URL of the API "http://git.example.com": the token would be sent unencrypted; use https',
                'pull request "x": is not a number; write it as --pull 7',
                'repository "shop": is not a valid name; write it as owner/name',
                "",
            ].join("\n"),
        });
    });

    it.each([
        ["", "standard input: is empty; write it with topology review\n"],
        [
            "x".repeat(65_536),
            "standard input: the comment would have 65577 characters, but the maximum is 65536; write the report with topology review, which shortens it\n",
        ],
    ])("refuses a report that does not fit into a comment", async (stdin, errors) => {
        const args = ["comment", "--file", "-", "--repo", "acme/shop", "--pull", "7"];
        expect(await topology(args, { env, stdin })).toEqual({ exitCode: 2, output: "", errors });
    });

    it("ends with 3 if the host asks to wait longer than the timeout", async () => {
        const host = await started();
        host.disturb(pullLine, {
            status: 429,
            body: { message: "slow down" },
            headers: { "retry-after": "3600" },
        });
        const args = ["comment", "--file", "-", "--repo", "acme/shop", "--pull", "7", "--api", host.endpoint];
        const { exitCode, output, errors } = await topology(args, { env, stdin: report });
        expect([exitCode, output]).toEqual([3, ""]);
        expect(errors).toContain("longer than the timeout (3600 seconds)");
    });

    it("ends with 2 where the pull request does not exist", async () => {
        const host = await started();
        const args = ["comment", "--file", "-", "--repo", "acme/shop", "--pull", "8", "--api", host.endpoint];
        expect(await topology(args, { env, stdin: report })).toEqual({
            exitCode: 2,
            output: "",
            errors: `code host "${host.endpoint}": pull request 8 of "acme/shop": does not exist, or the token may not read it (Not Found); check repository, number and token\n`,
        });
    });
});
