import { chmodSync } from "node:fs";
import { createRequire } from "node:module";
import { delimiter, join } from "node:path";
import process from "node:process";
import { writeSnapshot } from "@spot-messaging/topology/review";
import { afterEach, beforeEach, describe, expect, it, onTestFinished } from "vitest";
import { editQueue } from "../../../topology/tests/checks/edits.ts";
import { spot } from "../../../topology/tests/review/edits.ts";
import { branched, replaced, replacedLine } from "./replacedQueue.ts";
import { type ReviewProject, reported, reviewProject, summary } from "./reviewProject.ts";

const { version } = createRequire(import.meta.url)("@spot-messaging/cli/package.json") as {
    readonly version: string;
}; // npm's format

let project: ReviewProject;

beforeEach(() => {
    project = reviewProject();
});

afterEach(() => {
    project.remove();
});

const other = editQueue("analyzer-orchestrator", { arguments: { "x-quorum-initial-group-size": 3 } })(spot);

describe("a review of revisions", () => {
    it("compares the working tree with the commit where it branched off", async () => {
        const { base } = branched(project);
        project.git("switch", "--quiet", "main");
        project.snapshot("dev", other);
        project.commit();
        project.git("switch", "--quiet", "change");
        const report = await reported({ base: "main" });
        expect(summary(report)).toEqual({ exitCode: 1, stacks: [`compared ${replacedLine}`], problems: [] });
        expect(report.provenance).toEqual({
            base: { name: "main", commit: base },
            head: { name: "the working tree" },
            tool: `@spot-messaging/cli ${version}`,
            command: `npx topology review --base ${base}`,
        });
    });

    it("compares with the newest commit of the base with --tip", async () => {
        branched(project);
        project.git("switch", "--quiet", "main");
        project.snapshot("dev", replaced);
        const tip = project.commit();
        project.git("switch", "--quiet", "change");
        const report = await reported({ base: "main", tip: true });
        expect(summary(report)).toEqual({ exitCode: 0, stacks: ["compared dev: no changes"], problems: [] });
        expect(report.provenance.base.commit).toBe(tip);
    });

    it("compares two revisions, not the checked-out files", async () => {
        const { base, head } = branched(project);
        project.git("switch", "--quiet", "main");
        project.write("topology/dev.json", "not committed");
        const report = await reported({ base: "main", head: "change" });
        expect(summary(report)).toEqual({ exitCode: 1, stacks: [`compared ${replacedLine}`], problems: [] });
        expect(report.provenance.command).toBe(`npx topology review --base ${base} --head ${head}`);
        const { before, after } = report.stacks[0]?.hashes ?? {};
        expect([before, after].map((hash) => hash?.length)).toEqual([64, 64]);
        expect(before).not.toBe(after);
    });

    it("takes all that git says, also what comes after its end, as it may on a busy machine", async () => {
        branched(project);
        const path = process.env["PATH"] ?? "";
        project.write(
            "bin/git",
            `#!/bin/sh
PATH='${path}'
if [ "$1" = cat-file ]; then
    git "$@" > "$0.$$"
    head -c 1000 "$0.$$"
    (sleep 0.3; tail -c +1001 "$0.$$") &
else
    exec git "$@"
fi
`,
        );
        chmodSync("bin/git", 0o755);
        process.env["PATH"] = `${join(project.folder, "bin")}${delimiter}${path}`;
        onTestFinished(() => {
            process.env["PATH"] = path;
        });
        const report = await reported({ base: "main", head: "change" });
        expect(summary(report)).toEqual({ exitCode: 1, stacks: [`compared ${replacedLine}`], problems: [] });
    });

    it("looks at the project where it is a folder of a repository", async () => {
        project.write("services/mail/topology/dev.json", writeSnapshot(spot, "dev"));
        project.commit();
        project.write("services/mail/topology/dev.json", writeSnapshot(replaced, "dev"));
        process.chdir("services/mail");
        expect(summary(await reported({ base: "main" }))).toEqual({
            exitCode: 1,
            stacks: [`compared ${replacedLine}`],
            problems: [],
        });
    });

    it("sees a renamed snapshot as one stack that goes and one that comes", async () => {
        project.snapshot("dev", spot);
        project.commit();
        project.snapshot("test", spot);
        project.commit("topology/dev.json");
        const report = await reported({ base: "HEAD~1" });
        expect(report.stacks.map(({ stack, state, unapproved }) => [stack, state, unapproved])).toEqual([
            ["dev", "removed", ["delete stack dev"]],
            ["test", "new", []],
        ]);
        expect(summary(report).problems).toEqual([
            'note stack "dev": there is no topology/dev.json, so the whole stack counts as removed',
            'note stack "test": there is no topology/test.json at HEAD~1, so the whole stack counts as new',
        ]);
        expect(report.outcome.exitCode).toBe(1);
    });

    it("takes the first pull request for a new stack", async () => {
        project.write("README.md", "nothing yet");
        project.commit();
        project.snapshot("dev", spot);
        expect(summary(await reported({ base: "main" }))).toEqual({
            exitCode: 0,
            stacks: [expect.stringMatching(/^new dev: \d+ to add, nothing is lost$/u)],
            problems: [
                'note stack "dev": there is no topology/dev.json at main, so the whole stack counts as new',
            ],
        });
    });

    it("reviews one stack of several with --stack", async () => {
        project.snapshot("dev", spot);
        project.snapshot("prod", spot);
        project.commit();
        project.snapshot("dev", replaced);
        const head = project.commit();
        const stacksOf = async (stack?: string): Promise<readonly string[]> =>
            summary(await reported({ base: "HEAD~1", head, ...(stack !== undefined && { stack }) })).stacks;
        expect(await stacksOf()).toEqual([`compared ${replacedLine}`, "compared prod: no changes"]);
        expect(await stacksOf("prod")).toEqual(["compared prod: no changes"]);
        await expect(stacksOf("test")).rejects.toThrow(
            'stack "test" has no snapshot on either side; choose one of dev, prod',
        );
    });

    it("runs nothing of the repository", async () => {
        branched(project);
        project.write(".gitattributes", "*.json diff=trap filter=trap\n");
        project.git("config", "diff.trap.textconv", "touch trapped; cat");
        project.git("config", "filter.trap.smudge", "touch trapped; cat");
        await reported({ base: "main", head: "change" });
        expect(project.git("status", "--porcelain", "--untracked-files")).toBe("?? .gitattributes");
    });
});

describe("a revision that does not exist", () => {
    it.each([
        [
            "nope",
            "check the name, fetch the commit with git fetch origin nope, or write a file name as ./nope",
        ],
        [
            "origin/main",
            "check the name, fetch the commit with git fetch origin main, or write a file name as ./origin/main",
        ],
        [
            "--all",
            "check the name, fetch the commit with git fetch origin --all, or write a file name as ./--all",
        ],
    ])("is refused: %s", async (base, wayOut) => {
        branched(project);
        await expect(reported({ base })).rejects.toThrow(
            `--base "${base}": this repository has no such commit; ${wayOut}`,
        );
    });

    it("is not looked for among the files, which a pull request could bring", async () => {
        branched(project);
        project.write("origin/main", writeSnapshot(replaced, "dev"));
        await expect(reported({ base: "origin/main" })).rejects.toThrow("this repository has no such commit");
    });

    it("is fetched with more of the history where the clone is shallow", async () => {
        const { base } = branched(project);
        project.git("clone", "--quiet", "--depth", "1", `file://${project.folder}`, "shallow");
        process.chdir("shallow");
        await expect(reported({ base })).rejects.toThrow(
            `--base "${base}": this repository has no such commit; this clone is shallow; fetch the history with git fetch --unshallow, or with fetch-depth: 0 in actions/checkout`,
        );
    });

    it("has no history in common where the clone is too shallow for it", async () => {
        branched(project);
        project.git(
            "clone",
            "--quiet",
            "--depth",
            "1",
            "--no-single-branch",
            `file://${project.folder}`,
            "shallow",
        );
        process.chdir("shallow");
        await expect(reported({ base: "origin/main" })).rejects.toThrow(
            '--base "origin/main": it has no history in common with "HEAD"; this clone is shallow; fetch the history with git fetch --unshallow, or with fetch-depth: 0 in actions/checkout, or compare with the tip (--tip)',
        );
        expect(summary(await reported({ base: "origin/main", tip: true })).exitCode).toBe(1);
    });

    it("has no history in common where it began by itself", async () => {
        branched(project);
        project.git("switch", "--quiet", "--orphan", "alone");
        project.snapshot("dev", other);
        project.commit();
        await expect(reported({ base: "main" })).rejects.toThrow(
            '--base "main": it has no history in common with "HEAD"; compare with the tip (--tip)',
        );
    });

    it("cannot be looked for outside of a repository", async () => {
        process.chdir("/");
        await expect(reported({ base: "main" })).rejects.toThrow(
            /^git fails \(not a git repository .*\); run the command in the project's folder, or compare files$/u,
        );
    });

    it("means nothing where there is no snapshot at all", async () => {
        project.write("README.md", "");
        project.commit();
        await expect(reported({ base: "main" })).rejects.toThrow(
            'neither "main" nor "the working tree" has a file topology/<stack>.json; run the command in the project\'s folder, and create the first file with topology snapshot',
        );
    });
});

it("asks for the head where the repository has no working tree", async () => {
    project.git("config", "core.bare", "true");
    await expect(reported({ base: "main" })).rejects.toThrow(
        "this repository is bare and has no working tree; name the change with --head",
    );
});
