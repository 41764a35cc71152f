import { execFile, execFileSync } from "node:child_process";
import { mkdir, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { projectRoot } from "../../../src/cli/project.ts";

const longSentence = `${"word ".repeat(40)}end.`;

/** Files with one finding each; the line of the finding, from 1. */
const withFinding: readonly (readonly [file: string, line: number, text: string])[] = [
    ["docs/term.md", 3, "# Title\n\nWhoever reads this stops.\n"],
    ["docs/sentence.md", 1, `${longSentence}\n`],
    ["src/lineComment.ts", 2, "export const a = 1;\n// The broker is told to stop.\n"],
    ["src/docComment.ts", 4, "/**\n * Fine.\n */\n/** Nobody reads it. */\nexport const b = 1;\n"],
    ["src/string.ts", 2, '// Fine.\nexport const c = "the queue is gone";\n'],
    ["src/template.ts", 1, "export const d = (n: number) => `waits ${n} s in vain`;\n"],
    ["src/identifier.ts", 2, "// Fine.\nexport const toldTwice = 1;\n"],
    ["src/sentence.ts", 1, `/** ${longSentence} */\nexport const e = 1;\n`],
    ["service/comment.py", 2, "a = 1\n# The message dies.\n"],
    ["service/docstring.py", 2, 'def f():\n    """Nobody calls it."""\n'],
    ["service/string.py", 1, 'b = "the queue is gone"\n'],
    ["service/name.py", 1, "def judge_it():\n    return 1\n"],
    ["service/sentence.py", 1, `# ${longSentence}\n`],
    ["deploy/comment.yaml", 2, "a: 1\n# Whoever applies it must be root.\n"],
    ["deploy/value.yaml", 1, "description: the broker is gone now\n"],
    ["tests/golden/report.txt", 1, "queue orders comes away\n"],
];

const withoutFinding: readonly (readonly [file: string, text: string])[] = [
    ["docs/code.md", "The word `whoever` is quoted.\n\n```text\nwhoever dies in vain\n```\n"],
    ["src/code.ts", "/** The field `gone` of the answer. */\nexport const f = 1;\n"],
    ["service/code.py", 'a = f"{x if y is None else z} messages"\nSQL = """\nwhoever is gone\n"""\n'],
    ["service/docstring.py", 'def f():\n    """Returns `gone`."""\n'],
    ["src/fixtures/foreign.ts", "// whoever\n"],
    ["docs/sentence.md", `${"word ".repeat(39)}end.\n`],
    ["docs/there.md", "There is no queue.\n"],
];

const command = (description: string) => `
import { Command } from "commander";
export function commandLine() {
    const command = new Command("topology");
    command.command("check").description(${JSON.stringify(description)});
    return command;
}
`;

describe("the prose linter", () => {
    let root: string;

    beforeAll(async () => {
        root = await mkdtemp(path.join(tmpdir(), "prose-"));
    });

    afterAll(async () => {
        await rm(root, { recursive: true });
    });

    async function repository(name: string, files: readonly (readonly [string, string])[]): Promise<string> {
        const folder = path.join(root, name);
        for (const [file, text] of files) {
            await mkdir(path.dirname(path.join(folder, file)), { recursive: true });
            await writeFile(path.join(folder, file), text);
        }
        await symlink(path.join(projectRoot, "node_modules"), path.join(folder, "node_modules"));
        execFileSync("git", ["init", "--quiet"], { cwd: folder });
        return folder;
    }

    async function lint(
        folder: string,
        ...options: readonly string[]
    ): Promise<{ exitCode: number; stdout: string; places: readonly string[] }> {
        const script = path.join(projectRoot, "scripts/prose.mjs");
        const run = promisify(execFile)(process.execPath, [script, "--root", folder, ...options]);
        const { code, stdout, stderr } = await run.then(
            (result) => ({ ...result, code: 0 }),
            (error: unknown) => error as { code: number; stdout: string; stderr: string }, // execFile rejects with these
        );
        const lines = stderr.split("\n").filter((line) => line !== "" && !line.includes("Warning"));
        const places = lines.flatMap((line) => /^(.*?:\d+): /.exec(line)?.[1] ?? []);
        return { exitCode: code, stdout, places: [...places].sort() };
    }

    it("reports each finding at its file and line, and exits with 1", async () => {
        const folder = await repository("findings", [
            ...withFinding.map(([file, , text]) => [file, text] as const),
            ["packages/cli/src/process/commandLine.ts", command("check what somebody declares")],
        ]);
        const { exitCode, places } = await lint(folder);
        expect(places).toEqual(
            [
                ...withFinding.map(([file, line]) => `${file}:${line}`),
                "packages/cli/src/process/commandLine.ts:5",
                "topology --help:7",
                "topology check --help:3",
            ].sort(),
        );
        expect(exitCode).toBe(1);
        expect(await lint(folder, "service")).toEqual({
            exitCode: 1,
            stdout: "",
            places: places.filter((place) => place.startsWith("service/")),
        });
        const { stdout } = await lint(folder, "--count", "docs");
        expect(stdout).toBe("     2  docs\n     2  in all\n");
    });

    it("reports nothing in code, code formatting and files of other projects, and exits with 0", async () => {
        const folder = await repository("clean", [
            ...withoutFinding,
            ["packages/cli/src/process/commandLine.ts", command("check a topology")],
        ]);
        expect(await lint(folder)).toEqual({ exitCode: 0, stdout: "", places: [] });
    });

    it("lints a repository without the command", async () => {
        const folder = await repository("other", [["README.md", "Plain text.\n"]]);
        expect(await lint(folder)).toEqual({ exitCode: 0, stdout: "", places: [] });
    });
});
