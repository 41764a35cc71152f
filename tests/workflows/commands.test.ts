import { mkdir, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { committedProject } from "./committedProject.ts";
import { runJob } from "./runner.ts";
import { jobOf } from "./workflow.ts";

// The commands run in a copy of this project, as GitHub's runner would run them. Not proved here: the actions between them.
describe("the commands of the workflows", { timeout: 300_000 }, () => {
    const made = committedProject();

    const refusal =
        "pull request: its number is missing, and the workflow's event does not belong to one; give --pull NUMBER\nrepository: its name is missing; give --repo owner/name\n";
    const ended = {
        "github.token": "",
        "github.event.workflow_run.head_sha": "0123abc",
        "github.event.workflow_run.conclusion": "failure",
        "github.event.workflow_run.html_url": "https://host.example/runs/1",
    };

    it("comment that the result is unknown if the report is missing or is not a file", async () => {
        const { project } = made();
        const comment = jobOf("comment", "comment");
        const notice = `::notice::the review wrote no report; its own log says why\n${refusal}`;
        const temp = join(project.folder, "..", "temp");
        const run = async (): Promise<void> => {
            expect(await runJob(project, comment, ended)).toEqual({
                codes: { Comment: 2 },
                output: notice,
                summary: "",
            });
            expect(await readFile(join(temp, "unknown.md"), "utf8")).toBe(
                "**❓ the review ended without a report (failure), so what happens to messages is not known**\n\nIt was the review of commit 0123abc; [its log](https://host.example/runs/1) says why.\n",
            );
        };
        await run();
        await mkdir(join(temp, "review"));
        await symlink("/etc/hostname", join(temp, "review", "review.md"));
        await run();
    });

    it("treat the report as text, even if it contains commands", async () => {
        const { project } = made();
        const report = join(project.folder, "..", "temp", "review", "review.md");
        await rm(report, { force: true });
        await writeFile(report, '$(touch ran) `touch ran` "; touch ran #');
        const { codes, output } = await runJob(project, jobOf("comment", "comment"), ended);
        expect({ codes, output }).toEqual({ codes: { Comment: 2 }, output: refusal });
        expect((await project.run("git", "status", "--short")).output).toBe("");
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
