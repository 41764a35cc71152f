import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { parseDocument } from "yaml";
import { found } from "../unit/found.js";
import { type Checkout, checkout, type JobRun, runJob } from "./runner.js";
import { workflows } from "./workflow.js";

const job = found(
    workflows.find(({ name }) => name === "review")?.jobs["review"],
    "the job of the review workflow",
);

describe("the review workflow", { timeout: 300_000 }, () => {
    let project: Checkout;
    let base: string;

    beforeAll(async () => {
        project = await checkout();
        base = await project.commit();
    }, 120_000);

    afterAll(async () => {
        await project.remove();
    });

    /** A pull request that changes a value of the stack dev; without its snapshot where somebody forgot it. */
    async function reviewed(key: string, value: unknown, isSnapshotMade = true): Promise<JobRun> {
        // The reports of the review before lie in the folder too.
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
        const head = await project.commit();
        return await runJob(project, job, {
            "github.event.pull_request.base.sha": base,
            "github.event.pull_request.head.sha": head,
        });
    }

    /** The exit codes of all steps; what shows the report never fails. */
    function exitCodes(committed: number, review: number): JobRun["codes"] {
        return {
            "The committed topology is what the program declares": committed,
            Review: review,
            "Show the report": 0,
            "Findings at their lines": 0,
        };
    }

    it("says in the summary that nothing is lost", async () => {
        const { codes, summary, output } = await reviewed("retryDelay", "3 seconds");
        expect(codes, output).toEqual(exitCodes(0, 0));
        expect(summary).toContain("dev: ");
    });

    it("fails where messages are lost and nobody approved it, and says so first", async () => {
        const { codes, summary, output } = await reviewed("analyzers", ["headers", "content", "attachments"]);
        expect(codes, output).toEqual(exitCodes(0, 1));
        expect(summary).toContain("messages are lost");
    });

    it("fails where the committed topology is not what the program declares", async () => {
        const { codes } = await reviewed("retryDelay", "3 seconds", false);
        expect(codes).toEqual(exitCodes(1, 0));
    });
});
