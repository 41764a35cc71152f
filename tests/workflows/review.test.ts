import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { parseDocument } from "yaml";
import { committedProject } from "./committedProject.ts";
import { type JobRun, runJob } from "./runner.ts";
import { jobOf } from "./workflow.ts";

describe("the review workflow", { timeout: 300_000 }, () => {
    const made = committedProject();

    /** A pull request that changes a value of the stack dev, optionally without renewing the snapshot. */
    async function changed(key: string, value: unknown, isSnapshotMade = true): Promise<string> {
        const { project, base } = made();
        // Discard the reports of the previous review.
        const begun = await project.run(
            "git",
            "switch",
            "--discard-changes",
            "--force-create",
            "change",
            base,
        );
        expect(begun.code, begun.output).toBe(0);
        const file = join(project.folder, "Pulumi.dev.yaml");
        const document = parseDocument(await readFile(file, "utf8"));
        document.setIn(["config", `spot-messaging:${key}`], value);
        await writeFile(file, document.toString());
        if (isSnapshotMade) {
            const made = await project.run("npm", "run", "snapshot");
            expect(made.code, made.output).toBe(0);
        }
        return await project.commit();
    }

    async function reviewed(...change: Parameters<typeof changed>): Promise<JobRun> {
        const head = await changed(...change);
        const { project, base } = made();
        return await runJob(project, jobOf("review", "review"), {
            "github.event.pull_request.base.sha": base,
            "github.event.pull_request.head.sha": head,
        });
    }

    /** The exit codes of all steps; the steps that show the report never fail. */
    function exitCodes(committed: number, review: number): JobRun["codes"] {
        return {
            "The committed topology is what the program declares": committed,
            Review: review,
            "Show the report": 0,
            "Findings at their lines": 0,
        };
    }

    it("writes a summary for a change without losses", async () => {
        const { codes, summary, output } = await reviewed("retryDelay", "3 seconds");
        expect(codes, output).toEqual(exitCodes(0, 0));
        expect(summary).toContain("dev: ");
    });

    it("fails if messages are lost without approval, and reports it first", async () => {
        const { codes, summary, output } = await reviewed("analyzers", ["headers", "content", "attachments"]);
        expect(codes, output).toEqual(exitCodes(0, 1));
        expect(summary).toContain("messages are lost");
    });

    it("fails if the committed topology differs from the program", async () => {
        const { codes, summary } = await reviewed("retryDelay", "3 seconds", false);
        expect(codes).toEqual(exitCodes(1, 1));
        expect(summary).toMatch(/^\*\*🛑 all stacks: 1 problem to fix\*\*\n/u);
        expect(summary).toContain(
            "the committed topology differs from the topology that the program declares: topology/dev.json: is stale;",
        );
    });
    it.each(["dev", "prod-preview", "prod"])(
        "queries the broker before it deploys, and reports if none is configured: %s",
        async (name) => {
            const head = await changed("analyzers", ["headers", "content", "attachments"]);
            const { project, base } = made();
            await writeFile(
                join(project.folder, "preview.json"),
                '{"steps":[],"changeSummary":{"same":150}}',
            );
            const { steps, env, ...job } = jobOf("up", name);
            const review = {
                ...job,
                // The stack from which the change deletes a queue, not the stack that the job deploys.
                env: { ...env, STACK: "dev" },
                steps: steps.filter((each) => each.name === "Review"),
            };
            const run = (url: string): Promise<JobRun> =>
                runJob(project, review, {
                    "github.event.before || 'HEAD~1'": base,
                    "github.sha": head,
                    "vars.PULUMI_BACKEND_URL": "",
                    "vars.BROKER_URL": url,
                    "secrets.BROKER_PASSWORD": "canary-password",
                });
            const unknown = await run("");
            expect(unknown.codes, unknown.output).toEqual({ Review: 1 });
            expect(unknown.output).toContain("::notice::the environment has no BROKER_URL");
            expect((await run("http://admin@127.0.0.1:1")).codes).toEqual({ Review: 3 });
        },
    );
});
