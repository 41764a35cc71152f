import { chmodSync, mkdirSync, symlinkSync } from "node:fs";
import { createRequire } from "node:module";
import { delimiter, join } from "node:path";
import process from "node:process";
import { writeSnapshot } from "@spot-messaging/topology/review";
import { afterEach, beforeEach, describe, expect, it, onTestFinished } from "vitest";
import { editQueue } from "../../topology/tests/checks/edits.ts";
import { spot } from "../../topology/tests/review/edits.ts";
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

const replaced = editQueue("result-processor", { arguments: { "x-quorum-initial-group-size": 3 } })(spot);
const replacedLine =
    'dev: 1 REPLACE, messages are lost: queue "result-processor": quorum-initial-group-size none -> 3';
const other = editQueue("analyzer-orchestrator", { arguments: { "x-quorum-initial-group-size": 3 } })(spot);

/** `main` with the stack as it is, and a branch that replaces a queue. */
function branched(): { readonly base: string; readonly head: string } {
    project.snapshot("dev", spot);
    const base = project.commit();
    project.git("switch", "--quiet", "--create", "change");
    project.snapshot("dev", replaced);
    return { base, head: project.commit() };
}

describe("a review of revisions", () => {
    it("compares the working tree with the commit where it branched off", async () => {
        const { base } = branched();
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
        branched();
        project.git("switch", "--quiet", "main");
        project.snapshot("dev", replaced);
        const tip = project.commit();
        project.git("switch", "--quiet", "change");
        const report = await reported({ base: "main", tip: true });
        expect(summary(report)).toEqual({ exitCode: 0, stacks: ["compared dev: no changes"], problems: [] });
        expect(report.provenance.base.commit).toBe(tip);
    });

    it("compares two revisions, not the checked-out files", async () => {
        const { base, head } = branched();
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
        branched();
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
        branched();
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
        branched();
        await expect(reported({ base })).rejects.toThrow(
            `--base "${base}": this repository has no such commit; ${wayOut}`,
        );
    });

    it("is not looked for among the files, which a pull request could bring", async () => {
        branched();
        project.write("origin/main", writeSnapshot(replaced, "dev"));
        await expect(reported({ base: "origin/main" })).rejects.toThrow("this repository has no such commit");
    });

    it("is fetched with more of the history where the clone is shallow", async () => {
        const { base } = branched();
        project.git("clone", "--quiet", "--depth", "1", `file://${project.folder}`, "shallow");
        process.chdir("shallow");
        await expect(reported({ base })).rejects.toThrow(
            `--base "${base}": this repository has no such commit; this clone is shallow; fetch the history with git fetch --unshallow, or with fetch-depth: 0 in actions/checkout`,
        );
    });

    it("has no history in common where the clone is too shallow for it", async () => {
        branched();
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
        branched();
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
        branched();
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
        branched();
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
        branched();
        project.write("approvals.yaml", approval);
        symlinkSync("../approvals.yaml", join(project.folder, "topology/approvals.yaml"));
        expect(summary(await reported({ base: "main" })).problems).toEqual([
            "unreadable topology/approvals.yaml: is a symbolic link, which is not followed; commit the file itself",
        ]);
    });
});

it("asks for the head where the repository has no working tree", async () => {
    project.git("config", "core.bare", "true");
    await expect(reported({ base: "main" })).rejects.toThrow(
        "this repository is bare and has no working tree; name the change with --head",
    );
});
