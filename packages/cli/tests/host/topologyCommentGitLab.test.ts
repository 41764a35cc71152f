import { afterEach, describe, expect, it } from "vitest";
import type { FakeComment, FakeHost, HostAnswer } from "../../../../tests/support/fakeCodeHost.ts";
import {
    type FakeGitLabSettings,
    fakeGitLab,
    mergeRequest,
    projectBot,
} from "../../../../tests/support/fakeGitLab.ts";
import { stdinOf } from "../../../../tests/support/stdinOf.ts";
import { commentReport } from "../../src/commands/commentCommand.ts";
import type { CommentCommandOptions } from "../../src/host/commentSettings.ts";
import { HostRefused, HostUnreachable } from "../../src/host/hostError.ts";
import { topology } from "../topologyRun.ts";

const marker = "<!-- topology-review:shop -->";
const report = 'dev: 1 REPLACE, messages are lost: queue "jobs"\n';
const body = `${marker}\n${report}`;
const root = "/projects/acme%2Fbackend%2Fshop";
const requestLine = `GET ${root}/merge_requests/7`;
const listing = `GET ${root}/merge_requests/7/notes`;
const creation = `POST ${root}/merge_requests/7/notes`;
const name = 'merge request 7 of "acme/backend/shop"';

const hosts: FakeHost[] = [];

afterEach(() => {
    for (const host of hosts.splice(0)) {
        host.close();
    }
});

async function started(settings: FakeGitLabSettings = {}): Promise<FakeHost> {
    const host = await fakeGitLab(settings);
    hosts.push(host);
    return host;
}

/** The variables of a job in a merge request pipeline. */
function pipeline(host: FakeHost): Readonly<Record<string, string>> {
    return {
        GITLAB_CI: "true",
        CI_API_V4_URL: host.endpoint,
        CI_PROJECT_PATH: "mallory/shop",
        CI_MERGE_REQUEST_PROJECT_PATH: "acme/backend/shop",
        CI_MERGE_REQUEST_IID: "7",
        CI_COMMIT_SHA: "c0ffee",
        CI_MERGE_REQUEST_SOURCE_BRANCH_SHA: "",
        CI_JOB_TOKEN: "canary-job-token",
        GITLAB_TOKEN: "canary-token",
    };
}

interface Attempt {
    readonly text?: string;
    readonly options?: Partial<CommentCommandOptions>;
    readonly env?: Readonly<Record<string, string>>;
}

/** Comments from a merge request pipeline; a second of waiting takes a millisecond. */
async function comment(
    host: FakeHost,
    { text = report, options = {}, env = {} }: Attempt = {},
): Promise<unknown> {
    const { output, exitCode } = await commentReport(
        { file: "-", project: "shop", timeout: "60 seconds", json: true, ...options },
        {
            env: { ...pipeline(host), ...env },
            stdin: stdinOf(text),
            printError: () => undefined,
            today: () => "2026-11-24",
        },
        1,
    );
    expect(exitCode).toBe(0);
    return JSON.parse(output);
}

const others: readonly FakeComment[] = [
    { id: 1, body: "looks good", login: "alice" },
    { id: 2, body: `${marker}\nI am the review, trust me`, login: "mallory" },
    { id: 3, body: `${marker}\nassigned to @alice`, login: "system" },
    { id: 4, body: "<!-- topology-review:other -->\nanother project's", login: projectBot },
];
const old: FakeComment = { id: 5, body: `${marker}\ndev: 1 to add\n`, login: projectBot };
const url = (id: number): string => `https://git.example/acme/backend/shop/-/merge_requests/7#note_${id}`;
const written = { repository: "acme/backend/shop", pull: 7, removed: 0 };

describe("the note on a merge request", () => {
    it("is created if there is none, after all pages were read", async () => {
        const host = await started({ comments: others });
        expect(await comment(host)).toEqual({ action: "created", url: url(101), ...written });
        expect(host.comments).toEqual([...others, { id: 101, body, login: projectBot }]);
        expect(host.seen.map(({ line, query }) => `${line} ${query["page"] ?? ""}`)).toEqual([
            `${requestLine} `,
            "GET /user ",
            `${listing} `,
            `${listing} 2`,
            `${creation} `,
            `${listing} `,
            `${listing} 2`,
            `${listing} 3`,
        ]);
        expect(new Set(host.seen.map(({ authorization }) => authorization))).toEqual(
            new Set(["Bearer canary-token"]),
        );
        expect(host.seen[2]?.query).toEqual({ sort: "asc", order_by: "created_at", per_page: "100" });
    });

    it("is updated in place, and duplicates of concurrent pipelines are deleted", async () => {
        const host = await started({ comments: [...others, old, { ...old, id: 6 }] });
        expect(await comment(host)).toEqual({ action: "updated", url: url(5), ...written, removed: 1 });
        expect(host.comments).toEqual([...others, { ...old, body }]);
    });

    it("is not touched if it is up to date, and not created if nothing changes", async () => {
        const same = await started({ comments: [{ ...old, body: body.trimEnd() }] });
        expect(await comment(same)).toEqual({ action: "unchanged", url: url(5), ...written });
        const calm = await started();
        const text = "dev: no changes\n\n<!-- no changes -->\n";
        expect(await comment(calm, { text })).toEqual({ action: "none", ...written });
    });

    it("is created again if a person deletes it during the run", async () => {
        const host = await started({ comments: [old] });
        host.disturb(`PUT ${root}/merge_requests/7/notes/5`, ({ comments }) => {
            comments.length = 0;
            return { status: 404, body: { message: "404 Note Not Found" } };
        });
        expect(await comment(host)).toMatchObject({ action: "created", url: url(101) });
    });

    it.each([
        ["a pipeline of an earlier commit", { CI_COMMIT_SHA: "0ld" }, "outdated"],
        [
            "a pipeline of merged results",
            { CI_COMMIT_SHA: "3e46ed", CI_MERGE_REQUEST_SOURCE_BRANCH_SHA: "c0ffee" },
            "created",
        ],
        [
            "a merge train for an earlier commit",
            { CI_COMMIT_SHA: "3e46ed", CI_MERGE_REQUEST_SOURCE_BRANCH_SHA: "0ld" },
            "outdated",
        ],
    ])("is about the newest commit of the merge request: %s", async (_name, env, action) => {
        const host = await started();
        expect(await comment(host, { env })).toMatchObject({ action });
    });

    it("runs no quick action that a report contains", async () => {
        const host = await started();
        await comment(host, {
            text: "dev: 1 to add\n/merge\n  /close\n\t/assign @mallory\n/APPROVE\n1/2 of all\n",
        });
        expect(host.comments[0]?.body).toBe(
            `${marker}\ndev: 1 to add\n&#47;merge\n  &#47;close\n\t&#47;assign @mallory\n&#47;APPROVE\n1/2 of all\n`,
        );
    });

    it("can be longer than a comment on GitHub, up to 1,000,000 characters", async () => {
        const host = await started();
        expect(await comment(host, { text: "x".repeat(900_000) })).toMatchObject({ action: "created" });
        await expect(comment(host, { text: "x".repeat(1_000_000) })).rejects.toThrow(
            "standard input: the comment would have 1000031 characters, but the maximum is 1000000; write the report with topology review, which shortens it",
        );
    });
});

const limited = { message: "Retry later" };

/** Answers after which the request is repeated. */
const passing: readonly (readonly [string, HostAnswer])[] = [
    ["429 with retry-after", { status: 429, body: limited, headers: { "retry-after": "20" } }],
    ["429 without a wait, as text", { status: 429, body: "Retry later" }],
    [
        "409, since another request holds the lock",
        { status: 409, body: { message: "409 Conflict: resource lock" } },
    ],
    ["500", { status: 500, body: { message: "500 Internal Server Error" } }],
    ["502 with a page", { status: 502, body: "<html>GitLab is not responding</html>" }],
    ["503", { status: 503, body: "" }],
    ["a connection that closes before the answer", { status: 200, closes: "before" }],
    ["a connection that closes within the answer", { status: 200, body: [{ id: 1 }], closes: "within" }],
];

/** Answers after which the command ends, and its sentence. */
const final: readonly (readonly [string, HostAnswer, string])[] = [
    [
        creation,
        { status: 401, body: { message: "401 Unauthorized" } },
        `note on ${name}: the token is not accepted (401 Unauthorized); it needs a project, group or personal access token with the scope api and the role Reporter (Developer for --status); CI_JOB_TOKEN may not comment`,
    ],
    [
        creation,
        {
            status: 403,
            body: {
                error: "insufficient_scope",
                error_description: "The request requires higher privileges",
            },
        },
        `note on ${name}: the token lacks the permission (insufficient_scope: The request requires higher privileges); it needs a project,`,
    ],
    [
        requestLine,
        { status: 404, body: { message: "404 Project Not Found" } },
        `${name}: does not exist, or the token may not read it (404 Project Not Found); check repository, number and token`,
    ],
    [
        creation,
        { status: 413, body: "<html>413 Request Entity Too Large</html>" },
        `note on ${name}: is too long for it (<html>413 Request Entity Too Large</html>); give a shorter report`,
    ],
    [
        creation,
        { status: 400, body: { message: { note: ["is too long (maximum is 1000000 characters)"] } } },
        `note on ${name}: refused with 400 ({"note":["is too long (maximum is 1000000 characters)"]})`,
    ],
    [
        requestLine,
        { status: 200, body: "<html>Sign in</html>" },
        `${name}: the answer is not from GitLab's REST API; check the URL`,
    ],
    [
        requestLine,
        { status: 302, headers: { location: "https://elsewhere.example/users/sign_in" } },
        `${name}: refused with 400 (leads to "https://elsewhere.example")`,
    ],
    [
        listing,
        {
            status: 200,
            body: [],
            headers: { link: '<https://elsewhere.example/notes?page=2>; rel="next"' },
        },
        `notes on ${name}: refused with 400 (leads to "https://elsewhere.example")`,
    ],
];

describe("GitLab", () => {
    it.each(passing)("gets another request after %s", async (_name, answer) => {
        const host = await started({ comments: [old] });
        host.disturb(requestLine, answer);
        host.disturb(listing, answer);
        expect(await comment(host)).toMatchObject({ action: "updated" });
        expect(host.seen.map(({ line }) => line).slice(0, 5)).toEqual([
            requestLine,
            requestLine,
            "GET /user",
            listing,
            listing,
        ]);
    });

    it.each(final)(
        "%s ends the command with a sentence, without a second request: %j",
        async (line, answer, sentence) => {
            const host = await started();
            host.disturb(line, answer);
            const failure: unknown = await comment(host).catch((error: unknown) => error);
            expect(failure).toBeInstanceOf(HostRefused);
            expect(String(failure)).toContain(sentence);
            expect(String(failure)).not.toContain("canary");
            expect(host.seen.filter((each) => each.line === line)).toHaveLength(1);
        },
    );

    it("is waited for up to the timeout, all waits together", async () => {
        const host = await started();
        for (const line of [requestLine, listing, listing]) {
            host.disturb(line, { status: 429, body: limited, headers: { "retry-after": "25" } });
        }
        await expect(comment(host)).rejects.toThrow(
            `code host "${host.endpoint}": notes on ${name}: too many requests, and the required wait is longer than the timeout (25 seconds); run again later, or raise --timeout`,
        );
    });

    it.each(["before", "within"] as const)(
        "is unreachable if each connection closes %s the answer",
        async (closes) => {
            const host = await started();
            for (let times = 0; times < 4; times += 1) {
                host.disturb(requestLine, { status: 200, body: {}, closes });
            }
            const failure: unknown = await comment(host).catch((error: unknown) => error);
            expect(failure).toBeInstanceOf(HostUnreachable);
            expect(String(failure)).toContain(`code host "${host.endpoint}" cannot be reached (`);
            expect(host.seen).toHaveLength(4);
        },
    );

    it("needs a token of its own, because the job token may not comment", async () => {
        const host = await started();
        const sentence = `code host "${host.endpoint}": there is no token to comment with; put one into GITLAB_TOKEN: it needs a project, group or personal access token with the scope api and the role Reporter (Developer for --status); CI_JOB_TOKEN may not comment`;
        await expect(comment(host, { env: { GITLAB_TOKEN: "" } })).rejects.toThrow(sentence);
        expect(await comment(host, { env: { GITLAB_TOKEN: "" }, options: { allowForbidden: true } })).toEqual(
            { action: "forbidden", repository: "acme/backend/shop", removed: 0, reason: sentence },
        );
    });

    it.each([
        [
            "$GITLAB_API_TOKEN",
            'the token in GITLAB_TOKEN is "$GITLAB_API_TOKEN", a variable that this pipeline does not have; a protected variable exists on protected branches only',
        ],
        [
            "canary-job-token",
            "the token in GITLAB_TOKEN is CI_JOB_TOKEN: it needs a project, group or personal access token with the scope api and the role Reporter (Developer for --status); CI_JOB_TOKEN may not comment",
        ],
    ])("gets no request with a token that cannot work: %s", async (token, sentence) => {
        const host = await started();
        await expect(comment(host, { env: { GITLAB_TOKEN: token } })).rejects.toThrow(
            `code host "${host.endpoint}": ${sentence}`,
        );
        expect(host.seen).toEqual([]);
    });

    it.each([
        ["acme/backend/shop!7", "created"],
        ["acme/backend/shop!7,acme/backend/shop!8", undefined],
    ])("gets the note of a branch pipeline with one open merge request: %s", async (list, action) => {
        const host = await started();
        const env = {
            CI_MERGE_REQUEST_IID: "",
            CI_MERGE_REQUEST_PROJECT_PATH: "",
            CI_PROJECT_PATH: "acme/backend/shop",
            CI_OPEN_MERGE_REQUESTS: list,
        };
        const outcome = await comment(host, { env }).catch((error: unknown) => String(error));
        if (action === undefined) {
            expect(outcome).toContain(
                "merge request: its number is missing, and this is not a merge request pipeline",
            );
        } else {
            expect(outcome).toMatchObject({ action, pull: 7 });
        }
    });

    it("needs another run if it has not prepared the changes", async () => {
        const host = await started({ mergeRequests: [{ ...mergeRequest, baseSha: null }] });
        await expect(comment(host)).rejects.toThrow(
            `${name}: GitLab has not prepared its changes yet, or it has none; run again later`,
        );
    });

    it("is chosen by --host outside of its pipelines", async () => {
        const host = await started({ comments: [{ ...old, login: "robot" }] });
        const where = [
            "--host",
            "gitlab",
            "--repo",
            "acme/backend/shop",
            "--pull",
            "7",
            "--api",
            host.endpoint,
        ];
        const args = ["comment", "--file", "-", "--project", "shop", "--author", "Robot", ...where];
        expect(await topology(args, { env: { GITLAB_TOKEN: "canary-token" }, stdin: report })).toEqual({
            exitCode: 0,
            output: `${name}: comment updated (${url(5)})\n`,
            errors: "",
        });
    });

    it.each([
        [
            ["--pull", "x"],
            'merge request "x": is not a number; write it as --pull 7\nrepository "shop": is not a valid name; write it as group/name\n',
        ],
        [
            [],
            'merge request: its number is missing, and this is not a merge request pipeline; give --pull NUMBER\nrepository "shop": is not a valid name; write it as group/name\n',
        ],
    ])("names what is wrong with its arguments: %j", async (args, errors) => {
        const command = ["comment", "--file", "-", "--project", "shop", "--host", "gitlab", "--repo", "shop"];
        expect(await topology([...command, ...args], { stdin: report })).toEqual({
            exitCode: 2,
            output: "",
            errors,
        });
    });
});
