import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { emptyTopology, exchange, queue, type Topology } from "@spot-messaging/topology";
import { writeSnapshot } from "@spot-messaging/topology/review";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { generatedTopology } from "../../../../tests/support/generatedTopology.ts";
import { fakeBroker } from "../../../management/tests/fakeBroker.ts";
import { editQueue } from "../../../topology/tests/checks/edits.ts";
import { spot } from "../../../topology/tests/review/edits.ts";
import { fixture } from "../../../topology/tests/review/engine/fixture.ts";
import { topology } from "../topologyRun.ts";
import { type ReviewProject, reviewProject } from "./reviewProject.ts";

let project: ReviewProject;

beforeEach(() => {
    project = reviewProject();
    project.snapshot("dev", spot);
    project.commit();
});

afterEach(() => {
    project.remove();
});

const replaced = editQueue("result-processor", { arguments: { "x-quorum-initial-group-size": 3 } })(spot);
const raised = editQueue("result-processor", { arguments: {} })(spot);
const approval =
    "approved:\n  - change: replace queue spot/result-processor\n    reason: drained on Monday\n";
const env = { TOPOLOGY_BROKER_PASSWORD: "canary-password" };

function read(path: string): string {
    return readFileSync(join(project.folder, path), "utf8");
}

describe("how topology review ends", () => {
    it.each<{
        readonly exitCode: number;
        readonly what: string;
        readonly after?: Topology;
        readonly approvals?: string;
        readonly args: readonly string[];
        readonly errors?: string | RegExp;
    }>([
        { exitCode: 0, what: "nothing changes", args: ["--base", "main"] },
        { exitCode: 0, what: "what changes is harmless", after: raised, args: ["--base", "main"] },
        {
            exitCode: 0,
            what: "it is approved",
            after: replaced,
            approvals: approval,
            args: ["--base", "main"],
        },
        { exitCode: 1, what: "it is not approved", after: replaced, args: ["--base", "main"] },
        {
            exitCode: 1,
            what: "an approval approves nothing",
            approvals: approval,
            args: ["--base", "main"],
        },
        {
            exitCode: 2,
            what: "there is nothing to compare with",
            args: [],
            errors: /^error: required option '--base <ref, file or url>' not specified\n\(see --help\)\n$/u,
        },
        {
            exitCode: 2,
            what: "the base is unknown",
            args: ["--base", "nope"],
            errors: /^--base "nope": this repository has no such commit; [^\n]*\n$/u,
        },
        {
            exitCode: 2,
            what: "two formats want standard output",
            args: ["--base", "main", "--json", "--markdown"],
            errors: "--json and --markdown cannot both go to standard output; name a file for one of them\n",
        },
        {
            exitCode: 2,
            what: "a file cannot be written",
            args: ["--base", "main", "--markdown", "none/review.md"],
            errors: 'file "none/review.md" cannot be written (ENOENT); check that its folder exists\n',
        },
        {
            exitCode: 2,
            what: "a folder cannot be made",
            args: ["--base", "main", "--svg", "topology/dev.json/pictures"],
            errors: 'folder "topology/dev.json/pictures" cannot be created (ENOTDIR); name another folder\n',
        },
        { exitCode: 2, what: "approvals are unreadable", approvals: "approved: [", args: ["--base", "main"] },
        {
            exitCode: 3,
            what: "the broker that messages are counted on gives no answer",
            after: replaced,
            args: ["--base", "main", "--broker", "http://admin@127.0.0.1:1"],
        },
        {
            exitCode: 3,
            what: "the broker that is compared gives no answer",
            args: ["--base", "http://admin@127.0.0.1:1", "--head", "topology/dev.json"],
            errors: /^broker "http:\/\/127\.0\.0\.1:1" cannot be reached \([^\n]*\); [^\n]*\n$/u,
        },
    ])("is $exitCode where $what", async ({ exitCode, after = spot, approvals, args, errors = "" }) => {
        project.snapshot("dev", after);
        if (approvals !== undefined) {
            project.write("topology/approvals.yaml", approvals);
        }
        const run = await topology(["review", ...args], { env });
        expect(run.exitCode).toBe(exitCode);
        expect(run.errors).toEqual(typeof errors === "string" ? errors : expect.stringMatching(errors));
        expect(run.output === "").toBe(run.errors !== "");
    });
});

describe("what topology review writes", () => {
    beforeEach(() => {
        project.snapshot("dev", replaced);
    });

    const line =
        'dev: 1 REPLACE, messages are lost: queue "result-processor": quorum-initial-group-size none -> 3';

    it("is text for people, with the verdict first and how to approve", async () => {
        const { output } = await topology(["review", "--base", "main"]);
        expect(output.split("\n")[0]).toMatch(`${line}; not approved`);
        expect(output).toContain('  - change: "replace queue spot/result-processor"');
        expect(output.endsWith("\n")).toBe(true);
        expect(output).not.toContain("\u001b");
    });

    it("is data for machines", async () => {
        const { output } = await topology(["review", "--base", "main", "--json"]);
        expect(JSON.parse(output)).toMatchObject({
            verdict: { line: `${line}; not approved`, toApprove: ["replace queue spot/result-processor"] },
            changes: [{ action: "replace", consequence: "lost", object: { name: "result-processor" } }],
            exitCode: 1,
        });
    });

    it("names a stack that cannot be read before all that is well, and tells no consequence of it", async () => {
        project.snapshot("dev", spot);
        project.write("topology/prod.json", `<<<<<<< HEAD\n${writeSnapshot(spot, "prod")}`);
        const args = ["--json", "review.json", "--markdown"];
        const { output, exitCode } = await topology(["review", "--base", "main", ...args]);
        expect(exitCode).toBe(2);
        const first = "prod: cannot be read, so the effect on its messages is unknown";
        expect(output.split("\n").slice(0, 3)).toEqual([`**❓ ${first}**`, "", "**✅ dev: no changes**"]);
        const { verdict, stacks } = JSON.parse(read("review.json")) as Record<string, unknown>; // reportJson's
        expect(verdict).toEqual({ line: `${first} · dev: no changes`, toApprove: [] });
        expect(stacks).toMatchObject([{ stack: "prod", state: "unread" }, { stack: "dev" }]);
    });

    it("can have several formats", async () => {
        const args = ["--json", "review.json", "--markdown", "review.md", "--svg", "pictures/new"];
        const { output, exitCode } = await topology(["review", "--base", "main", ...args]);
        expect(exitCode).toBe(1);
        expect(output.split("\n")[0]).toContain(line);
        expect(JSON.parse(read("review.json"))).toMatchObject({ exitCode: 1 });
        expect(read("review.md")).toContain("result-processor");
        expect(read("pictures/new/dev.svg")).toMatch(/^<svg /u);
        const printed = await topology(["review", "--base", "main", "--markdown", "--svg", "one.svg"]);
        expect(printed.output).toBe(read("review.md"));
        expect(read("one.svg")).toBe(read("pictures/new/dev.svg"));
        const data = await topology(["review", "--base", "main", "--json", "-", "--markdown", "again.md"]);
        expect(data.output).toBe(read("review.json"));
        expect(read("again.md")).toBe(read("review.md"));
    });

    it("is one picture a stack", async () => {
        project.snapshot("prod", spot);
        const { errors, exitCode } = await topology(["review", "--base", "main", "--svg", "one.svg"]);
        expect([errors, exitCode]).toEqual([
            '--svg "one.svg" is a single file, but there are several stacks (dev, prod); name a folder\n',
            2,
        ]);
        await topology(["review", "--base", "main", "--svg", "."]);
        expect([existsSync("dev.svg"), existsSync("prod.svg")]).toEqual([true, true]);
    });

    it("never holds a secret of what it compares or asks", async () => {
        const canary = "canary-4711";
        const holding = (topologyOf: Topology, secret: string): Topology => ({
            ...topologyOf,
            exchanges: [
                ...topologyOf.exchanges,
                exchange("spot", "far", "topic", {
                    arguments: { "x-uri": `amqps://shovel:${secret}@far.example.com`, "x-token": secret },
                }),
            ],
            queues: [
                ...topologyOf.queues,
                queue("spot", "far", "quorum", { arguments: { "x-note": `password=${secret}` } }),
            ],
            policies: topologyOf.policies.map((each) => ({
                ...each,
                definition: { ...each.definition, "x-secret": secret },
            })),
        });
        project.snapshot("dev", holding(spot, `${canary}-base`));
        project.write(
            "topology/approvals.yaml",
            `approved:\n  - change: replace queue spot/far\n    reason: "the password=${canary}-reason is old"\n  - change: "token: ${canary}-change"\n    reason: r\n`,
        );
        project.commit();
        project.snapshot("dev", holding(replaced, `${canary}-head`));
        project.write(
            "preview",
            fixture("replaced.events.ndjson").replaceAll("5 seconds", `password=${canary}-preview`),
        );
        const broker = await fakeBroker(() => ({
            status: 401,
            body: JSON.stringify({ error: "x", reason: env.TOPOLOGY_BROKER_PASSWORD }),
        }));
        const url = broker.endpoint.replace("//", "//admin@");
        const outputs = ["--json", "review.json", "--markdown", "review.md", "--svg", "review.svg"];
        const run = await topology(
            [
                "review",
                "--base",
                "main",
                "--broker",
                `${url}/?token=${canary}-url`,
                "--preview",
                "preview",
                ...outputs,
            ],
            { env },
        );
        broker.close();
        expect(run.exitCode).toBe(2);
        const all = [run.output, run.errors, ...["json", "md", "svg"].map((each) => read(`review.${each}`))];
        expect(all.map((text) => /canary/u.exec(text)?.input.slice(0, 200))).toEqual(
            all.map(() => undefined),
        );
        // The secrets were in the input: the report lists the changes that contain them.
        expect(all[0]).toContain("replace queue spot/far");
    });

    it("never quotes a secret of what it cannot read", async () => {
        const text = writeSnapshot(spot, "dev");
        const secrets = [
            '"password": "canary-1",',
            '"x-token": ["canary-2"],',
            '"uri": "amqp://u:canary-3@h",',
        ];
        for (const secret of secrets) {
            project.write("topology/dev.json", text.replace('"retain"', `${secret} "retain"`));
            for (const args of [
                ["--base", "main"],
                ["--base", "topology/dev.json", "--head", "topology/dev.json"],
            ]) {
                const run = await topology(["review", ...args]);
                expect(run.exitCode).toBe(2);
                expect(`${run.output}${run.errors}`).not.toContain("canary");
            }
        }
    });

    it("stays readable where 60,000 lines changed", async () => {
        project.snapshot("dev", generatedTopology(1_200, 20));
        const base = project.commit();
        project.snapshot("dev", emptyTopology("4.3"));
        const [added, removed] = project.git("diff", "--numstat").split(/\s+/u).map(Number);
        expect((added ?? 0) + (removed ?? 0)).toBeGreaterThan(60_000);
        const run = await topology(["review", "--base", base, "--markdown"]);
        expect([run.exitCode, run.errors]).toEqual([1, ""]);
        expect(run.output.length).toBeLessThanOrEqual(60_000);
        expect(run.output).toMatch(/^[^\n]*dev: \d{4} DELETE, messages are lost: /mu);
    });
});
