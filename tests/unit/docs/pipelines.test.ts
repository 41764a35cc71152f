import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { parse } from "yaml";
import { z } from "zod";
import { type ExampleProject, exampleProject } from "../../../packages/cli/tests/exampleProject.ts";
import type { FakeHost } from "../../support/fakeCodeHost.ts";
import { fakeGitLab } from "../../support/fakeGitLab.ts";
import { found } from "../found.ts";
import { sectionsOf } from "./markdown.ts";

const sections = sectionsOf("docs/how-to/review-in-pull-requests.md");

function blocksOf(heading: string, info: string): readonly string[] {
    const section = found(
        sections.find((each) => each.heading === heading),
        heading,
    );
    return section.blocks.filter((each) => each.info === info).map(({ text }) => text);
}

/** The keys that the examples use, as GitLab's schema has them. */
const gitLabJob = z.strictObject({
    image: z.string(),
    rules: z.array(z.strictObject({ if: z.string() })),
    variables: z.record(z.string(), z.string()),
    script: z.array(z.string()),
    artifacts: z
        .strictObject({
            when: z.enum(["on_success", "on_failure", "always"]),
            reports: z.strictObject({ codequality: z.string() }),
        })
        .optional(),
});
const gitLabJobs = new Map(
    blocksOf("On GitLab", "yaml").flatMap((text) =>
        Object.entries(z.record(z.string(), gitLabJob).parse(parse(text))),
    ),
);

const program = `import { defineConfig } from "@spot-messaging/cli";
import { compile, consume, declare, publish, service, topic, work } from "@spot-messaging/topology";

const shop = declare({
    vhost: "shop",
    exchanges: [topic("orders")],
    queues: [work("orders", { from: "orders", key: "order.created" })],
    services: [
        service("till", { publishes: [publish("order", { to: "orders", key: "order.created" })] }),
        service("billing", { consumes: [consume("orders", { message: "order" })], inspects: ["orders.dlq"] }),
    ],
});

export default defineConfig({ stacks: ["dev"], topologyOf: () => compile(shop, "4.3") });
`;

describe("the pipelines of the guide", { timeout: 120_000 }, () => {
    let project: ExampleProject;
    let host: FakeHost;
    let base: string;
    let head: string;

    async function git(command: string): Promise<string> {
        const { exitCode, output, errors } = await project.run(`git ${command}`);
        expect(exitCode, errors).toBe(0);
        return output.trim();
    }

    beforeAll(async () => {
        project = await exampleProject(program);
        base = await git("rev-parse HEAD");
        await git("clone --quiet --bare . .git/origin.git");
        await git("remote add origin .git/origin.git");
        await git("switch --quiet --create change");
        await git("rm --quiet topology/dev.json");
        await git("-c user.name=a -c user.email=a@example.com commit --quiet --message change");
        head = await git("rev-parse HEAD");
        await git("push --quiet origin HEAD:refs/merge-requests/7/head");
        await git("switch --quiet main");
        host = await fakeGitLab({ mergeRequests: [{ number: 7, headSha: head, baseSha: base }] });
    }, 120_000);
    afterAll(async () => {
        host.close();
        await project.remove();
    });

    /** Runs a job's script in one shell, as GitLab's runner does. Its packages are installed already. */
    async function runJob(
        name: string,
        variables: Readonly<Record<string, string>>,
    ): ReturnType<ExampleProject["run"]> {
        const { script, variables: own } = found(gitLabJobs.get(name), name);
        const all = {
            CI_SERVER_TLS_CA_FILE: "",
            GITLAB_CI: "true",
            CI_API_V4_URL: host.endpoint,
            CI_PROJECT_PATH: "acme/backend/shop",
            GITLAB_TOKEN: "canary-token",
            ...variables,
            ...own,
        };
        const exports = Object.entries(all).map(([key, value]) => `export ${key}="${value}"`);
        const commands = script.filter((line) => !line.startsWith("npm ci"));
        expect(commands.length).toBe(script.length - 1);
        return await project.run(["set -e", ...exports, ...commands].join("\n"));
    }

    it("are two jobs for GitLab", () => {
        expect([...gitLabJobs.keys()]).toEqual(["topology", "topology-forks"]);
    });

    it("comment on a merge request on GitLab, and fail if its change destroys messages", async () => {
        const run = await runJob("topology", {
            CI_MERGE_REQUEST_IID: "7",
            CI_MERGE_REQUEST_PROJECT_PATH: "acme/backend/shop",
            CI_COMMIT_SHA: head,
        });
        expect([run.exitCode, run.errors]).toEqual([1, ""]);
        expect(host.comments).toHaveLength(1);
        expect(host.comments[0]?.body).toContain("messages are lost");
        const issues: unknown = JSON.parse((await project.run("cat codequality.json")).output);
        expect(issues).toMatchObject([{ check_name: "missingVhostLimits", severity: "info" }]);
    });

    it("review a fork on GitLab from the default branch, and set its status", async () => {
        const run = await runJob("topology-forks", { MERGE_REQUEST: "7" });
        expect([run.exitCode, run.errors]).toEqual([1, ""]);
        expect(host.statuses).toMatchObject([{ sha: head, state: "failed", name: "topology/shop" }]);
        expect(await git("rev-parse HEAD")).toBe(base);
    });

    it("run in Jenkins, and leave the files that it reads", async () => {
        const [stage = ""] = blocksOf("In another CI", "groovy");
        const steps = [...stage.matchAll(/\bsh (['"])(.*)\1/gu)].map(([, , line = ""]) => line);
        expect(steps.length).toBe(4);
        for (const line of steps.slice(1)) {
            const { exitCode, errors } = await project.run(line.replace("${env.CHANGE_TARGET}", "main"));
            expect([line, exitCode, errors.replace("everything is up to date\n", "")]).toEqual([line, 0, ""]);
        }
        const files = [...stage.matchAll(/'([\w.]+\.(?:xml|md|txt))'/gu)].map(([, file = ""]) => file);
        expect(files.length).toBeGreaterThan(3);
        for (const file of files) {
            expect((await project.run(`test -s ${file}`)).exitCode, file).toBe(0);
        }
        expect((await project.run("cat verdict.txt")).output).toBe("dev: no changes\n");
    });

    it("run on GitHub", async () => {
        const [workflow = ""] = blocksOf("In a repository of your own", "yaml");
        const { jobs } = z
            .object({
                jobs: z.object({
                    review: z.object({ steps: z.array(z.object({ run: z.string().optional() })) }),
                }),
            })
            .parse(parse(workflow));
        const lines = jobs.review.steps.flatMap(({ run }) => run ?? []);
        expect(lines.length).toBe(4);
        for (const line of lines.slice(1)) {
            const command = line.replace("${{ github.event.pull_request.base.sha }}", base);
            const { exitCode, errors } = await project.run(
                `export GITHUB_STEP_SUMMARY=summary.md\n${command}`,
            );
            expect([line, exitCode, errors.replace("everything is up to date\n", "")]).toEqual([line, 0, ""]);
        }
    });
});
