import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { fakeGitHub, pull } from "../support/fakeGitHub.ts";
import { committedProject } from "./committedProject.ts";
import { runJob } from "./runner.ts";
import { jobOf } from "./workflow.ts";

// The commands run in a copy of this project, as GitHub's runner would run them. Not proved here: the actions between them.
describe("the commands of the workflows", { timeout: 300_000 }, () => {
    const made = committedProject();

    it("review a pull request with this project's code, and run nothing of it or of its record", async () => {
        const { project, base } = made();
        const git = async (...args: readonly string[]): Promise<string> => {
            const { code, output } = await project.run("git", ...args);
            expect(code, output).toBe(0);
            return output.trim();
        };
        const root = join(project.folder, "..");
        await git("clone", "--quiet", "--bare", ".", "../origin.git");
        await git("remote", "add", "origin", "../origin.git");
        await git("switch", "--quiet", "--create", "fork");
        await rm(join(project.folder, "topology/prod.json"));
        await writeFile(join(project.folder, "topology.config.ts"), "throw new Error('runs');");
        const head = await project.commit();
        await git("push", "--quiet", "origin", "fork");
        await git("switch", "--quiet", "main");
        await git("branch", "--quiet", "--delete", "--force", "fork");

        const host = await fakeGitHub({ pulls: [{ ...pull, headSha: head, baseSha: base }] });
        onTestFinished(host.close);
        const event = join(root, "event.json");
        const workflowRun = {
            event: "pull_request",
            head_sha: head,
            head_branch: pull.headBranch,
            head_repository: { owner: { login: pull.headOwner } },
            conclusion: "failure",
            html_url: "https://host.example/runs/1",
        };
        await writeFile(event, JSON.stringify({ workflow_run: workflowRun }));
        const run = async (): Promise<string> => {
            const { codes, output } = await runJob(
                project,
                jobOf("comment", "comment"),
                { "github.token": "canary-token", "github.event.workflow_run.head_sha": head },
                {
                    GITHUB_API_URL: host.endpoint,
                    GITHUB_REPOSITORY: "acme/shop",
                    GITHUB_EVENT_PATH: event,
                },
            );
            expect(codes, output).toEqual({ "Fetch the newest commit": 0, "Review and comment": 0 });
            expect(output).not.toContain("canary-token");
            expect(host.comments).toHaveLength(1);
            expect(host.statuses.at(-1)).toMatchObject({
                sha: head,
                state: "failure",
                name: "topology/spot-messaging",
            });
            expect(await git("status", "--short")).toBe("");
            return host.comments[0]?.body ?? "";
        };
        const without = await run();
        expect(without).toContain("prod: ");
        expect(without).toContain("the pull request's own run reported nothing (it ended with");
        await mkdir(join(root, "temp", "review"), { recursive: true });
        await writeFile(
            join(root, "temp", "review", "record.json"),
            '$(touch ran) `touch ran` "; touch ran #',
        );
        expect(await run()).toContain("the record of the pull request's own run is not accepted: record");
    });

    it("write the findings of every stack for code scanning", async () => {
        const { project } = made();
        const { codes, output } = await runJob(project, jobOf("check", "findings"), {});
        expect(codes, output).toEqual({ "Check every stack": 0 });
        for (const stack of ["dev", "prod"]) {
            const file = join(project.folder, "sarif", `${stack}.sarif`);
            expect(JSON.parse(await readFile(file, "utf8"))).toMatchObject({ version: "2.1.0" });
        }
        await rm(join(project.folder, "sarif"), { recursive: true });
    });
});
