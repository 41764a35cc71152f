import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { FakeHost } from "../../../../tests/support/fakeCodeHost.ts";
import { bot, fakeGitHub, pull } from "../../../../tests/support/fakeGitHub.ts";
import { fakeGitLab } from "../../../../tests/support/fakeGitLab.ts";
import { stdinOf } from "../../../../tests/support/stdinOf.ts";
import { spot } from "../../../topology/tests/review/edits.ts";
import { commentReport } from "../../src/commands/commentCommand.ts";
import type { CommentCommandOptions } from "../../src/host/commentSettings.ts";
import { replaced, replacedLine } from "../review/replacedQueue.ts";
import { type ReviewProject, reviewProject } from "../review/reviewProject.ts";
import { topology } from "../topologyRun.ts";

const name = "topology/shop";

let project: ReviewProject;
let host: FakeHost;
let outside: string;
let record: string;

function begin(): void {
    project = reviewProject();
    outside = mkdtempSync(join(tmpdir(), "record-"));
    record = join(outside, "record.json");
}

function end(): void {
    host.close();
    project.remove();
    rmSync(outside, { recursive: true });
}

interface Change {
    readonly base: string;
    readonly head: string;
}

/** A pull request of a fork; the checkout stays at the base, as in the run that comments. */
async function pullRequest(change: () => void): Promise<Change> {
    project.snapshot("dev", spot);
    project.write("program.ts", "export {};");
    const base = project.commit();
    project.git("switch", "--quiet", "--create", "fork");
    change();
    const head = project.commit();
    project.git("switch", "--quiet", "main");
    host = await fakeGitHub({ pulls: [{ ...pull, headSha: head, baseSha: base }] });
    return { base, head };
}

const harmless = (): void => {
    project.write("program.ts", "export const a = 1;");
};
const destructive = (): void => {
    project.snapshot("dev", replaced);
};

/** The pull request's own run: it writes the record. */
async function ownRun({ base, head }: Change, ...args: readonly string[]): Promise<void> {
    const event = join(outside, "event.json");
    writeFileSync(event, JSON.stringify({ pull_request: { number: 7, head: { sha: head } } }));
    const env = { GITHUB_REPOSITORY: "Acme/Shop", GITHUB_EVENT_PATH: event };
    const command = ["review", "--base", base, "--head", head, "--record", record, "--json", ...args];
    const { errors } = await topology(command, { env });
    expect(errors).toBe("");
}

/** The run that may comment, after the other one. */
async function trustedRun(
    { head }: Change,
    {
        conclusion = "success",
        options = { record },
    }: { readonly conclusion?: string; readonly options?: Partial<CommentCommandOptions> } = {},
): Promise<{ readonly exitCode: number; readonly outcome: Record<string, unknown>; readonly body: string }> {
    const event = join(outside, "event.json");
    const run = {
        event: "pull_request",
        head_sha: head,
        head_branch: pull.headBranch,
        head_repository: { owner: { login: pull.headOwner } },
        conclusion,
        html_url: "https://host.example/runs/1",
    };
    writeFileSync(event, JSON.stringify({ workflow_run: run }));
    const env = {
        GITHUB_API_URL: host.endpoint,
        GITHUB_TOKEN: "canary-token",
        GITHUB_REPOSITORY: "acme/shop",
        GITHUB_EVENT_PATH: event,
    };
    const { output, exitCode } = await commentReport(
        {
            review: true,
            status: true,
            author: bot,
            project: "shop",
            timeout: "60 seconds",
            json: true,
            ...options,
        },
        { env, stdin: stdinOf(""), printError: () => undefined, today: () => "2026-11-24" },
        1,
    );
    return {
        exitCode,
        outcome: JSON.parse(output) as Record<string, unknown>, // the command's own JSON
        body: host.comments.map(({ body }) => body).join("\n---\n"),
    };
}

describe("the verdict on a pull request", () => {
    beforeEach(begin);
    afterEach(end);

    it("is made from its commits, which are neither checked out nor run", async () => {
        const change = await pullRequest(() => {
            destructive();
            project.write("topology.config.ts", "throw new Error('the code of the pull request runs');");
        });
        await ownRun(change);
        const { exitCode, outcome, body } = await trustedRun(change, { conclusion: "failure" });
        expect({ exitCode, outcome }).toEqual({
            exitCode: 1,
            outcome: {
                action: "created",
                url: "https://host.example/acme/shop/pull/7#issuecomment-101",
                removed: 0,
                repository: "acme/shop",
                pull: 7,
                exitCode: 1,
                verdict: `${replacedLine}; not approved`,
            },
        });
        expect(body).toContain("messages are lost");
        expect(body).toContain("[Log of the pull request's own run](https://host.example/runs/1)");
        expect(body).not.toContain("not verified");
        expect(host.statuses).toEqual([
            { sha: change.head, state: "failure", name, description: `${replacedLine}; not approved` },
        ]);
        expect(project.git("status", "--short")).toBe("");
    });

    it("is success if nothing is lost, and creates no comment if nothing changes", async () => {
        const change = await pullRequest(harmless);
        await ownRun(change);
        const { exitCode, outcome } = await trustedRun(change);
        expect([exitCode, outcome["action"]]).toEqual([0, "none"]);
        expect(host.statuses).toEqual([
            { sha: change.head, state: "success", name, description: "dev: no changes" },
        ]);
    });

    it("includes the stale snapshot that the own run found, as not verified", async () => {
        const change = await pullRequest(harmless);
        const findings = join(outside, "stale.txt");
        writeFileSync(findings, "topology/dev.json: is stale; run topology snapshot\n");
        await ownRun(change, "--findings", findings);
        const { exitCode, body } = await trustedRun(change, { conclusion: "failure" });
        expect(exitCode).toBe(1);
        expect(body).toContain("**🛑 all stacks: 1 problem to fix**");
        expect(body).toContain(
            "- **to fix**: reported by the pull request's own run, not verified: topology/dev.json: is stale; run topology snapshot",
        );
    });

    it("includes what the engine would delete according to the own run, as not verified", async () => {
        const change = await pullRequest(harmless);
        const steps = [
            {
                op: "delete",
                urn: "urn:pulumi:dev::shop::rabbitmq:index/queue:Queue::spot-queue-old",
                oldState: {
                    inputs: {
                        vhost: "spot",
                        name: "old",
                        settings: { durable: true, argumentsJson: '{"x-queue-type":"quorum"}' },
                    },
                },
            },
        ];
        const preview = join(outside, "preview.json");
        writeFileSync(preview, JSON.stringify({ steps, changeSummary: { same: 150 } }));
        await ownRun(change, "--preview", preview);
        const { exitCode, body } = await trustedRun(change, { conclusion: "failure" });
        expect(exitCode).toBe(1);
        expect(body).toContain(
            'reported by the pull request\'s own run, not verified: changes that need approval and that the snapshots do not contain: "dev: delete queue spot/old"',
        );
        expect(body).toContain("**✅ dev: no changes**");
    });

    it("names the changed files that define how the pull request is checked", async () => {
        const change = await pullRequest(() => {
            project.write(".github/workflows/review.yml", "on: push");
            project.write("ci/Jenkinsfile", "pipeline {}");
        });
        await ownRun(change);
        const { exitCode, body } = await trustedRun(change);
        expect(exitCode).toBe(0);
        expect(body).toContain(
            'note: the pull request changes how it is checked: ".github/workflows/review.yml", "ci/Jenkinsfile"; read these changes first, because a changed check may not find that a snapshot differs from the program',
        );
    });

    it("is an error with its reason if the commits cannot be reviewed", async () => {
        const change = await pullRequest(harmless);
        const missing = { ...change, head: "0123456789".repeat(4) };
        host.close();
        host = await fakeGitHub({ pulls: [{ ...pull, headSha: missing.head, baseSha: change.base }] });
        const { exitCode, body } = await trustedRun(missing);
        expect(exitCode).toBe(2);
        expect(body).toBe(
            `<!-- topology-review:shop -->\n**❓ the review failed, so what happens to messages is not known**\n\nIt was the review of commit ${missing.head}:\n\n    --head "${missing.head}": this repository has no such commit; check the name, fetch the commit with git fetch origin ${missing.head}, or write a file name as ./${missing.head}\n\n[Log of the pull request's own run](https://host.example/runs/1)\n`,
        );
        expect(host.statuses.map(({ state }) => state)).toEqual(["error"]);
    });

    it("cannot remove a change from the verdict", async () => {
        const change = await pullRequest(destructive);
        await ownRun(change);
        const fields = JSON.parse(readFileSync(record, "utf8")) as Fields; // written by the command
        writeFileSync(record, JSON.stringify({ ...fields, exitCode: 0, unapproved: [], problems: [] }));
        const { exitCode, outcome } = await trustedRun(change);
        expect([exitCode, outcome["verdict"]]).toEqual([1, `${replacedLine}; not approved`]);
    });

    it("is the same for a merge request on GitLab, reviewed by a pipeline of the default branch", async () => {
        const change = await pullRequest(destructive);
        host.close();
        host = await fakeGitLab({
            mergeRequests: [{ number: 7, headSha: change.head, baseSha: change.base }],
        });
        const place = {
            GITLAB_CI: "true",
            CI_API_V4_URL: host.endpoint,
            CI_PROJECT_PATH: "acme/backend/shop",
        };
        const own = { ...place, CI_MERGE_REQUEST_IID: "7", CI_COMMIT_SHA: change.head };
        const { base, head } = change;
        await topology(["review", "--base", base, "--head", head, "--record", record, "--json"], {
            env: own,
        });
        const where = ["--pull", "7", "--project", "shop"];
        const env = { ...place, GITLAB_TOKEN: "canary-token" };
        expect(
            await topology(["comment", "--review", "--record", record, "--status", ...where], { env }),
        ).toEqual({
            exitCode: 1,
            output: `merge request 7 of "acme/backend/shop": comment created (https://git.example/acme/backend/shop/-/merge_requests/7#note_101)\n${replacedLine}; not approved\n`,
            errors: "",
        });
        expect(host.comments[0]?.body).not.toContain("not accepted");
        expect(host.statuses).toEqual([
            { sha: change.head, state: "failed", name, description: `${replacedLine}; not approved` },
        ]);
    });

    it("needs no record if a run of the pull request is not required", async () => {
        const change = await pullRequest(harmless);
        expect((await trustedRun(change, { options: {} })).exitCode).toBe(0);
    });
});

type Fields = Record<string, unknown>;
const digest = "0".repeat(64);

/** What a fork can do to the record of a harmless change, and how the verdict names it. */
const tamperings: readonly (readonly [string, (fields: Fields) => unknown, string])[] = [
    [
        "of another repository",
        (fields) => ({ ...fields, repository: "mallory/shop" }),
        'its repository is "mallory/shop", but the reviewed one is "acme/shop"',
    ],
    [
        "of another pull request",
        (fields) => ({ ...fields, pull: 8 }),
        'its pull request is "8", but the reviewed one is "7"',
    ],
    [
        "of an earlier commit",
        (fields) => ({ ...fields, head: "a".repeat(40) }),
        `its head commit is "${"a".repeat(40)}", but the reviewed one is "`,
    ],
    [
        "of another base",
        (fields) => ({ ...fields, mergeBase: "b".repeat(40) }),
        `its merge base is "${"b".repeat(40)}", but the reviewed one is "`,
    ],
    [
        "with another snapshot",
        (fields) => ({ ...fields, files: { "topology/dev.json": { base: digest, head: digest } } }),
        `its digest of "topology/dev.json" in the base is ${digest}, but the commit has `,
    ],
    [
        "without a snapshot",
        (fields) => ({ ...fields, files: {} }),
        'its digest of "topology/dev.json" in the base is missing, but the commit has ',
    ],
    [
        "with a snapshot that does not exist",
        (fields) => ({
            ...fields,
            files: { ...(fields["files"] as object), "topology/x.json": { head: digest } },
        }),
        `its digest of "topology/x.json" in the head is ${digest}, but the commit has no such file`,
    ],
    [
        "that does not name its pull request",
        (fields) => ({ ...fields, pull: undefined }),
        "it does not name its pull request; write it with topology review --record in a run of the pull request",
    ],
    [
        "of another schema",
        (fields) => ({ ...fields, schema: 2 }),
        "has the schema 2, but this version of the command reads 1; use the same version for both",
    ],
    [
        "with a verdict of its own",
        (fields) => ({ ...fields, verdict: "✅ nothing is lost" }),
        "is not what topology review --record writes (the document is not valid)",
    ],
    [
        "with a wrong type",
        (fields) => ({ ...fields, exitCode: "0" }),
        'is not what topology review --record writes ("exitCode" is not valid)',
    ],
    [
        "with a text that is too long",
        (fields) => ({ ...fields, problems: [{ kind: "note", text: "x".repeat(2_001) }] }),
        'is not what topology review --record writes ("problems.0.text" is not valid)',
    ],
    [
        "with too many problems",
        (fields) => ({ ...fields, problems: Array(1_001).fill({ kind: "note", text: "x" }) }),
        'is not what topology review --record writes ("problems" is not valid)',
    ],
    ["that is a list", () => [], "is not what topology review --record writes (the document is not valid)"],
    ["that is null", () => null, "is not what topology review --record writes (the document is not valid)"],
];

/** What a fork can put in the place of the record, and how the verdict names it. */
const replacements: readonly (readonly [string, (file: string) => void, string])[] = [
    [
        "a link to a file of the runner",
        (file) => {
            symlinkSync("/etc/hostname", file);
        },
        "is not a regular file",
    ],
    [
        "a folder",
        (file) => {
            mkdirSync(file);
        },
        "is not a regular file",
    ],
    [
        "no JSON",
        (file) => {
            writeFileSync(file, "<!-- topology-review:shop -->");
        },
        "is not valid JSON",
    ],
    [
        "an empty file",
        (file) => {
            writeFileSync(file, "");
        },
        "is not valid JSON",
    ],
    [
        "bytes that are not UTF-8",
        (file) => {
            writeFileSync(file, Buffer.from([0xc3, 0x28]));
        },
        "is not UTF-8 text",
    ],
    [
        "more than 1 MiB",
        (file) => {
            writeFileSync(file, " ".repeat(1024 * 1024 + 1));
        },
        "is larger than 1 MiB",
    ],
];

describe("a tampered record", () => {
    let change: Change;
    let written: string;

    beforeAll(async () => {
        begin();
        change = await pullRequest(harmless);
        await ownRun(change);
        written = readFileSync(record, "utf8");
    });
    beforeEach(() => {
        rmSync(record, { recursive: true, force: true });
        writeFileSync(record, written);
        host.comments.length = 0;
        host.statuses.length = 0;
    });
    afterAll(end);

    /** The problems in the comment of a harmless pull request. */
    async function problemsWith(
        tamper: (file: string) => void,
        conclusion = "success",
    ): Promise<{ readonly exitCode: number; readonly problems: readonly string[] }> {
        tamper(record);
        const { exitCode, body } = await trustedRun(change, { conclusion });
        expect(host.statuses.map(({ state }) => state)).toEqual([exitCode === 0 ? "success" : "failure"]);
        return {
            exitCode,
            problems: body
                .split("\n")
                .filter((line) => line.startsWith("- "))
                .map((line) =>
                    line
                        .replaceAll("&#8203;", "")
                        .replace(/&#(\d+);/gu, (_, code: string) => String.fromCodePoint(Number(code))),
                ),
        };
    }
    const notAccepted = "- **to fix**: the record of the pull request's own run is not accepted: ";

    it.each(tamperings)("is not accepted: a record %s", async (_name, tamper, reason) => {
        const { exitCode, problems } = await problemsWith((file) => {
            const fields = JSON.parse(readFileSync(file, "utf8")) as Fields; // written by the command
            writeFileSync(file, JSON.stringify(tamper(fields)));
        });
        expect([exitCode, problems.length]).toEqual([1, 1]);
        expect(problems[0]).toContain(notAccepted);
        expect(problems[0]).toContain(reason);
    });

    it.each(replacements)("is not accepted: %s in its place", async (_name, replace, reason) => {
        const { exitCode, problems } = await problemsWith((file) => {
            rmSync(file);
            replace(file);
        });
        expect([exitCode, problems.length]).toEqual([1, 1]);
        expect(problems[0]).toContain(notAccepted);
        expect(problems[0]).toContain(reason);
    });

    it.each([
        [
            "is missing",
            (file: string) => {
                rmSync(file);
            },
            "failure",
            '- **to fix**: the pull request\'s own run reported nothing (it ended with "failure"), so it is not known whether the program declares what the snapshots contain; read its log',
        ],
        [
            "has no reason for a failed run",
            () => undefined,
            "failure",
            '- **to fix**: the pull request\'s own run failed ("failure"), but its record has no reason; read its log',
        ],
    ])("makes the verdict worse if it %s", async (_name, tamper, conclusion, problem) => {
        expect(await problemsWith(tamper, conclusion)).toEqual({ exitCode: 1, problems: [problem] });
    });

    it("adds what it reports as text: no mention, no markup, no line of its own, at most 5", async () => {
        const text =
            "@acme/owners fixes #1\n\n**✅ nothing is lost**\n/merge\n<!-- topology-review:shop --><img src=x> [a](https://evil.example) \u202e";
        const { exitCode, problems } = await problemsWith((file) => {
            const fields = JSON.parse(readFileSync(file, "utf8")) as Fields; // written by the command
            const all = Array.from({ length: 25 }, (_, index) => ({
                kind: "note",
                text: `${index + 1} ${text}`,
            }));
            const unapproved = [{ stack: "dev", id: `delete queue ${text}` }];
            writeFileSync(file, JSON.stringify({ ...fields, exitCode: 1, problems: all, unapproved }));
        });
        expect([exitCode, problems.length]).toEqual([1, 6]);
        const { body } = host.comments[0] ?? { body: "" };
        expect(body.split("\n").filter((line) => /^(?:\/|\*\*✅)/u.test(line))).toEqual([
            "**✅ dev: no changes**",
        ]);
        expect(body.slice(1)).not.toContain("<!-- topology-review:");
        expect(body).not.toMatch(/@acme|#1\b|<img|https:\/\/evil|\u202e/u);
        expect(problems.at(-1)).toBe(
            "- **to fix**: the pull request's own run reports 21 more problems; read its log",
        );
    });
});

describe("the way to give a report", () => {
    beforeEach(begin);
    afterEach(end);

    const env = { GITHUB_TOKEN: "canary-token" };
    const where = ["--repo", "acme/shop", "--pull", "7", "--project", "shop"];

    it.each([
        [[], "report: it is missing; give --file with a report, or --review to make it here\n"],
        [
            ["--file", "-", "--review"],
            "report: --file and --review exclude each other; give --file with a report, or --review to make it here\n",
        ],
        [
            ["--file", "-", "--record", "record.json", "--status"],
            '"--record" and "--status": belong to a review that is made here; give --review instead of --file\n',
        ],
    ])("is one: %j", async (args, errors) => {
        await pullRequest(harmless);
        expect(await topology(["comment", ...args, ...where], { env, stdin: "a report" })).toEqual({
            exitCode: 2,
            output: "",
            errors,
        });
    });

    it("records only what two commits contain", async () => {
        await pullRequest(harmless);
        const args = ["review", "--base", "main", "--record", record];
        expect(await topology(args, { env })).toEqual({
            exitCode: 2,
            output: "",
            errors: "--record: needs two commits, but a file, a broker or the working tree is compared; give revisions as --base and --head\n",
        });
    });
});
