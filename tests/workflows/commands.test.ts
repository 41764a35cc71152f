import { mkdir, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { parseDocument } from "yaml";
import { found } from "../unit/found.js";
import { type Checkout, checkout, runJob } from "./runner.js";
import { type Job, workflows } from "./workflow.js";

function jobOf(workflow: string, job: string): Job {
    return found(workflows.find(({ name }) => name === workflow)?.jobs[job], `${workflow}: ${job}`);
}

// They run in a copy of this project, as GitHub's runner would run them. That the actions between them work, no test here shows.
describe("the commands of the workflows", { timeout: 300_000 }, () => {
    let project: Checkout;
    let base: string;

    beforeAll(async () => {
        project = await checkout();
        base = await project.commit();
    }, 120_000);

    afterAll(async () => {
        await project.remove();
    });

    it("comment on nothing where the review left no report, or something that is no file", async () => {
        const comment = jobOf("comment", "comment");
        const told = "::notice::the review wrote no report; its own log says why\n";
        const run = (): ReturnType<typeof runJob> => runJob(project, comment, { "github.token": "" });
        expect(await run()).toEqual({ codes: { Comment: 0 }, output: told, summary: "" });
        const folder = join(project.folder, "..", "temp", "review");
        await mkdir(folder);
        await symlink("/etc/hostname", join(folder, "review.md"));
        expect(await run()).toEqual({ codes: { Comment: 0 }, output: told, summary: "" });
    });

    it("take the report for a text, whatever stands in it", async () => {
        const report = join(project.folder, "..", "temp", "review", "review.md");
        await rm(report, { force: true });
        await writeFile(report, '$(touch ran) `touch ran` "; touch ran #');
        const { codes, output } = await runJob(project, jobOf("comment", "comment"), { "github.token": "" });
        expect({ codes, output }).toEqual({
            codes: { Comment: 2 },
            output: "pull request: none is named, and the workflow's event is about none; give --pull NUMBER\nrepository: none is named; give --repo owner/name\n",
        });
        expect((await project.run("git", "status", "--short")).output).toBe("");
    });

    it("write the findings of every stack for code scanning", async () => {
        const { codes, output } = await runJob(project, jobOf("check", "findings"), {});
        expect(codes, output).toEqual({ "Judge every stack": 0 });
        for (const stack of ["dev", "prod"]) {
            const file = join(project.folder, "sarif", `${stack}.sarif`);
            expect(JSON.parse(await readFile(file, "utf8"))).toMatchObject({ version: "2.1.0" });
        }
        await rm(join(project.folder, "sarif"), { recursive: true });
    });

    it("fail a pull request whose committed topology is not what its program declares", async () => {
        const file = join(project.folder, "Pulumi.dev.yaml");
        const document = parseDocument(await readFile(file, "utf8"));
        document.setIn(["config", "spot-messaging:retryDelay"], "3 seconds");
        await writeFile(file, document.toString());
        const head = await project.commit();
        const { steps, ...job } = jobOf("review", "review");
        const { codes, output } = await runJob(
            project,
            { ...job, steps: steps.filter(({ name }) => name !== "Review") },
            { "github.event.pull_request.base.sha": base, "github.event.pull_request.head.sha": head },
        );
        expect(codes, output).toEqual({
            "The committed topology is what the program declares": 1,
            "Show the report": 0,
            "Findings at their lines": 0,
        });
        expect(output).toContain("npm run snapshot");
    });
});
