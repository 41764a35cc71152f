import { mkdirSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { writeSnapshot } from "@spot-messaging/topology/review";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { spot } from "../../../topology/tests/review/edits.ts";
import { branched, replaced, replacedLine } from "./replacedQueue.ts";
import { type ReviewProject, reported, reviewProject, summary } from "./reviewProject.ts";

let project: ReviewProject;

beforeEach(() => {
    project = reviewProject();
});

afterEach(() => {
    project.remove();
});

describe("a snapshot that cannot be read", () => {
    const valid = writeSnapshot(spot, "dev");
    const place = "topology/dev.json at main";

    it.each<{ readonly what: string; readonly prepare: () => void; readonly problem: string }>([
        {
            what: "is a symbolic link",
            prepare: () => {
                project.write("elsewhere.json", valid);
                project.write("topology/prod.json", writeSnapshot(spot, "prod"));
                symlinkSync("../elsewhere.json", join(project.folder, "topology/dev.json"));
            },
            problem: `${place}: is a symbolic link, which is not followed; commit the file itself`,
        },
        {
            what: "is in a folder that is a symbolic link",
            prepare: () => {
                project.write("elsewhere/dev.json", valid);
                symlinkSync("elsewhere", join(project.folder, "topology"));
            },
            problem: "topology at main: is a symbolic link, which is not followed; commit the file itself",
        },
        {
            what: "is in a folder that is a file",
            prepare: () => {
                project.write("topology", valid);
            },
            problem: "topology at main: is a file; a folder was expected",
        },
        {
            what: "is in a submodule",
            prepare: () => {
                project.write("x", "");
                const commit = project.commit();
                project.git("update-index", "--add", "--cacheinfo", `160000,${commit},topology`);
                mkdirSync(join(project.folder, "topology"), { recursive: true });
                project.git("commit", "--quiet", "--message", "submodule");
            },
            problem: "topology at main: is a submodule, which is not read; commit the files themselves",
        },
        {
            what: "is a submodule",
            prepare: () => {
                project.write("x", "");
                const commit = project.commit();
                project.git("update-index", "--add", "--cacheinfo", `160000,${commit},topology/dev.json`);
                mkdirSync(join(project.folder, "topology/dev.json"), { recursive: true });
                project.git("commit", "--quiet", "--message", "submodule");
            },
            problem: `${place}: is a submodule, which is not read; commit the files themselves`,
        },
        {
            what: "is a folder",
            prepare: () => {
                project.write("topology/dev.json/dev.json", valid);
            },
            problem: `${place}: is a folder; a file was expected`,
        },
        {
            what: "has conflict markers",
            prepare: () => {
                project.write("topology/dev.json", valid.replace("{\n", "{\n<<<<<<< HEAD\n"));
            },
            problem: `${place}: line 2: has the marker of a merge conflict; resolve the conflict in the program, then write the file again with topology snapshot`,
        },
        {
            what: "is of an older format",
            prepare: () => {
                project.write("topology/dev.json", valid.replace('"format": 1', '"format": 0'));
            },
            problem: `${place}: format 0 is older than format 1, the oldest that this version reads; write the file again with topology snapshot`,
        },
        {
            what: "is of a newer format",
            prepare: () => {
                project.write("topology/dev.json", valid.replace('"format": 1', '"format": 2'));
            },
            problem: `${place}: format 2 is newer than format 1, the newest that this version reads; use the version that wrote it`,
        },
        {
            what: "is not JSON",
            prepare: () => {
                project.write("topology/dev.json", valid.slice(0, 100));
            },
            problem: `${place}: line `,
        },
        {
            what: "is empty",
            prepare: () => {
                project.write("topology/dev.json", "");
            },
            problem: `${place}: is empty; write the file again with topology snapshot`,
        },
        {
            what: "is of another stack",
            prepare: () => {
                project.write("topology/dev.json", writeSnapshot(spot, "prod"));
            },
            problem: `${place}: belongs to stack "prod"; rename it to topology/prod.json, or write it again with topology snapshot`,
        },
        {
            what: "is called like no stack",
            prepare: () => {
                project.write("topology/-x.json", valid);
                project.write("topology/dev.json", valid);
            },
            problem:
                'topology/-x.json at main: is not named like a stack; use letters, digits, ".", "_" and "-" in the name',
        },
    ])("because it $what, is reported with exit code 2", async ({ prepare, problem }) => {
        prepare();
        if (project.git("status", "--porcelain") !== "") {
            project.commit();
        }
        const revision = project.git("rev-parse", "HEAD");
        project.git("switch", "--quiet", "--orphan", "next");
        project.git("clean", "--quiet", "-dffx");
        project.snapshot("dev", replaced);
        project.commit();
        // On either side, its stack is reported as unread.
        for (const sides of [
            { base: "main", head: "next" },
            { base: "next", head: "main" },
        ]) {
            const report = await reported({ ...sides, tip: true });
            expect(report.outcome.exitCode).toBe(2);
            const stack = problem.startsWith("topology/-x.json") ? "-x" : "dev";
            const problems = [...report.problems, ...report.unread.flatMap(({ problems }) => problems)];
            expect(problems.map(({ kind }) => kind)).toEqual(["unreadable"]);
            expect(problems[0]?.text).toContain(problem);
            expect(report.unread.map((each) => each.stack)).toContain(stack);
            expect(report.stacks.map((each) => each.stack)).not.toContain(stack);
        }
        expect(revision).toBe(project.git("rev-parse", "main"));
    });

    it("is named where all snapshots of one side cannot be read", async () => {
        project.snapshot("dev", spot);
        project.commit();
        project.write("elsewhere/dev.json", valid);
        project.commit("-r", "topology");
        symlinkSync("elsewhere", join(project.folder, "topology"));
        const report = await reported({ base: "HEAD~1" });
        expect(report.unread).toEqual([{ stack: "dev", problems: [] }]);
        expect(summary(report)).toEqual({
            exitCode: 2,
            stacks: [],
            problems: [
                "unreadable topology: is a symbolic link, which is not followed; commit the file itself",
            ],
        });
    });

    it("leaves the other stacks reviewed", async () => {
        project.snapshot("dev", spot);
        project.snapshot("prod", spot);
        project.commit();
        project.write("topology/dev.json", "{");
        project.snapshot("prod", replaced);
        expect(summary(await reported({ base: "main" }))).toEqual({
            exitCode: 2,
            stacks: [`compared ${replacedLine.replace("dev", "prod")}`],
            problems: [expect.stringMatching(/^unreadable topology\/dev\.json: line 1: /u)],
        });
    });
});

describe("the approvals of a revision", () => {
    const approval = `approved:\n  - change: replace queue spot/result-processor\n    reason: drained on Monday\n`;

    it("are those of the head, and not those of the working tree", async () => {
        branched(project);
        project.write("topology/approvals.yaml", approval);
        const worktree = await reported({ base: "main" });
        expect(summary(worktree)).toEqual({
            exitCode: 0,
            stacks: [`compared ${replacedLine}`],
            problems: [],
        });
        expect(worktree.stacks[0]?.approved).toEqual([
            { id: "replace queue spot/result-processor", reason: "drained on Monday" },
        ]);
        expect((await reported({ base: "main", head: "change" })).outcome.exitCode).toBe(1);
        const head = project.commit();
        project.write("topology/approvals.yaml", "");
        expect((await reported({ base: "main", head })).outcome.exitCode).toBe(0);
        expect((await reported({ base: "main" })).outcome.exitCode).toBe(1);
    });

    it("are distinguished from approvals before the change", async () => {
        project.snapshot("dev", spot);
        project.write(
            "topology/approvals.yaml",
            `${approval}  - change: delete queue spot/old\n    reason: unused for years\n`,
        );
        project.commit();
        project.snapshot("dev", replaced);
        const report = await reported({ base: "main" });
        expect(summary(report)).toEqual({
            exitCode: 1,
            stacks: [`compared ${replacedLine}`],
            problems: [
                'note topology/approvals.yaml:2: approval of "replace queue spot/result-processor": belongs to an earlier change and does not approve this one; write a new reason to approve this change, or remove the entry',
                'note topology/approvals.yaml:4: approval of "delete queue spot/old": is left over from an earlier change; remove the entry',
            ],
        });
        expect(report.stacks[0]?.approved).toEqual([]);
    });

    it("count wherever the change that they came with is reviewed, also after it was merged", async () => {
        project.snapshot("dev", spot);
        const before = project.commit();
        project.snapshot("dev", replaced);
        project.write("topology/approvals.yaml", approval);
        const merged = project.commit();
        expect((await reported({ base: before, head: merged })).outcome.exitCode).toBe(0);
    });

    it("approve nothing where they cannot be read, with exit code 2", async () => {
        branched(project);
        project.write("topology/approvals.yaml", approval.replace("reason", "reasn"));
        expect(summary(await reported({ base: "main" }))).toEqual({
            exitCode: 2,
            stacks: [`compared ${replacedLine}`],
            problems: [
                'unreadable topology/approvals.yaml is not a valid list of approvals: approved.0: Unrecognized key: "reasn"',
            ],
        });
    });

    it("may be unreadable before the change that corrects them", async () => {
        project.snapshot("dev", spot);
        project.write("topology/approvals.yaml", "approved: [");
        project.commit();
        project.snapshot("dev", replaced);
        project.write("topology/approvals.yaml", approval);
        const { exitCode, problems } = summary(await reported({ base: "main" }));
        expect(exitCode).toBe(0);
        expect(problems).toEqual([
            expect.stringMatching(
                /^note topology\/approvals\.yaml at main: .* \(so it is unknown which approvals are older than this change\)$/u,
            ),
        ]);
    });

    it("are not read through a link", async () => {
        branched(project);
        project.write("approvals.yaml", approval);
        symlinkSync("../approvals.yaml", join(project.folder, "topology/approvals.yaml"));
        expect(summary(await reported({ base: "main" })).problems).toEqual([
            "unreadable topology/approvals.yaml: is a symbolic link, which is not followed; commit the file itself",
        ]);
    });
});
