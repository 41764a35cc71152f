import { existsSync } from "node:fs";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { preparePython } from "../../../scripts/python.mjs";
import { projectRoot } from "../../../src/cli/project.ts";
import { type Checkout, checkout } from "../../workflows/runner.ts";
import { sectionsOf } from "./markdown.ts";
import { applyEdit, printedEdits } from "./printedEdit.ts";

/** The walks of CONTRIBUTING.md, by their headings. */
const walks = ["Add a queue", "Add an exchange", "Add a service", "Rename something"];

/** The lists that a person looks at; all else that `npm run pins` writes follows from them. */
const lists = ["tests/unit/pins/logicalNames.txt", "tests/unit/pins/objects.txt"];

/** What each walk costs a person, for its report. */
const figures: Readonly<Record<string, unknown>>[] = [];

// One copy for all: each walk begins where the one before ended, and commits. The tests that the walks name run once, on the outcome of all.
describe("the walks of CONTRIBUTING.md", () => {
    let copy: Checkout;
    beforeAll(async () => {
        copy = await checkout(["services", "tests"]);
        await copy.commit();
        await copy.run("git", "checkout", "--quiet", "-b", "walk");
    }, 120_000);
    afterAll(async () => {
        console.log(figures.map((each) => JSON.stringify(each)).join("\n"));
        await copy.remove();
    });

    async function succeed(command: string): Promise<string> {
        const { code, output } = await copy.run("sh", "-c", command);
        expect({ command, code, output: code === 0 ? "" : output }).toEqual({ command, code: 0, output: "" });
        return output;
    }

    it.each(walks)(
        "%s: applies as printed, passes the check, and renews its lists by one command",
        async (walk) => {
            const started = performance.now();
            const { blocks } = sectionsOf("CONTRIBUTING.md").find(({ heading }) => heading === walk) ?? {
                blocks: [],
            };
            const edits = blocks
                .filter(({ info }) => info === "diff")
                .flatMap(({ text }) => printedEdits(text));
            for (const edit of edits) {
                const place = join(copy.folder, edit.file);
                const before = existsSync(place) ? await readFile(place, "utf8") : "";
                await mkdir(dirname(place), { recursive: true });
                await writeFile(place, applyEdit(edit, before));
            }
            const commands = blocks
                .filter(({ info }) => info === "sh")
                .flatMap(({ text }) => text.trim().split("\n"));
            expect(commands).toContain("npx topology check");
            expect(commands).toContain("npm run pins");
            for (const command of commands.filter(
                (each) => !each.startsWith("npm run test:unit") && !each.startsWith("npm test"),
            )) {
                // A review compares commits; it comes last.
                await copy.commit();
                await succeed(command);
            }
            const edited = edits.map(({ file }) => file);
            const changed = (await succeed("git diff --name-only main")).trim().split("\n");
            const renewed = changed.filter((file) => !edited.includes(file));
            const looked = renewed.filter((file) => file.startsWith("tests/"));
            expect(looked.filter((file) => !lists.includes(file))).toEqual([]);
            expect(looked.length).toBeGreaterThan(0);
            figures.push({
                walk,
                files: edited.length,
                hunks: edits.flatMap(({ hunks }) => hunks).length,
                seconds: Math.round((performance.now() - started) / 100) / 10,
                lists: looked.length,
                generated: renewed.length - looked.length,
            });
            await copy.commit();
            await succeed("git branch --force main");
        },
        180_000,
    );

    it("leave the unit tests green that they name", async () => {
        const command = "npm run test:unit -- tests/unit/topology tests/unit/program tests/unit/pins";
        const named = sectionsOf("CONTRIBUTING.md")
            .filter(({ heading }) => walks.includes(heading))
            .map(({ blocks }) => blocks.some(({ text }) => text.includes(command)));
        expect(named).toEqual(walks.map(() => true));
        await succeed(command);
    }, 300_000);

    // "npm test -- python" would first install its packages into the copy; these are the same tools on the same files.
    it("leave the services green: format, lint, types, and the tests of what changed", async () => {
        const python = await preparePython(projectRoot, console.log);
        const tests = [
            ...["services/test_main.py", "services/test_result_processor.py", "services/test_erasure.py"],
            ...["state/test_state.py", "state/test_migration.py"],
        ].map((name) => `tests/${name}`);
        await succeed(
            ["ruff check", "ruff format --check", "mypy src", `pytest ${tests.join(" ")}`]
                .map((tool) => `(cd services && ${python} -m ${tool})`)
                .join(" && "),
        );
    }, 300_000);
});
