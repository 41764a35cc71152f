import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type ExampleProject, exampleProject } from "../../../packages/cli/tests/exampleProject.ts";
import { shop } from "../../../packages/cli/tests/topologyRun.ts";
import { projectRoot } from "../../../src/cli/project.ts";
import { sectionsOf } from "./markdown.ts";

const pages = [
    "README.md",
    ...["docs/how-to", "docs/tutorial"].flatMap((folder) =>
        readdirSync(join(projectRoot, folder)).map((name) => `${folder}/${name}`),
    ),
];

/** The lines of a page's code blocks and its code in sentences that call the command, without prompts and comments. */
function commandsOf(page: string): readonly string[] {
    const blocks = sectionsOf(page)
        .flatMap(({ blocks: each }) => each)
        .filter(({ info }) => info === "" || info === "sh")
        .flatMap(({ text }) => text.split("\n"));
    const spans = readFileSync(join(projectRoot, page), "utf8").matchAll(/`([^`\n]+)`/g);
    return [...blocks, ...[...spans].map(([, code = ""]) => code.replaceAll("\\|", "|"))]
        .map((line) =>
            line
                .replace(/^\$ /, "")
                .replace(/ {2,}#.*$/, "")
                .trim(),
        )
        .filter((line) => /(?:^|\| |" )npx topology /.test(line));
}

const commands = [...new Set(pages.flatMap(commandsOf))].sort();

const isRemote = (line: string): boolean =>
    /https:|topology (?:comment|top|dead|why|peek|redrive|messages|backup|restore|drift)\b/.test(line) &&
    !/--base origin\/main .*--broker/.test(line);

// The program of the first page, for all stacks that the guides name.
const [, program = ""] = /```ts\n([^]*?)```/.exec(readFileSync(join(projectRoot, "README.md"), "utf8")) ?? [];

describe("the commands of the tutorials and guides", () => {
    let project: ExampleProject;
    beforeAll(async () => {
        project = await exampleProject(program.replace('["dev"]', '["dev", "prod", "mine"]'));
        project.write("shop.json", readFileSync(shop, "utf8"));
        project.write("passphrase", "correct horse battery\n");
        project.write("theirs.json", readFileSync(join(project.folder, "topology/dev.json"), "utf8"));
    }, 120_000);
    afterAll(async () => {
        await project.remove();
    });

    it.each(commands.filter((line) => !isRemote(line)))(
        "run as printed: %s",
        { timeout: 60_000 },
        async (line) => {
            // The package that the guide installs first.
            const { exitCode, errors } = await project.run(line.replace('NODE_OPTIONS="--import tsx" ', ""));
            expect(errors).toMatch(/^(?:everything is up to date\n)?$/);
            // The definitions of the shop are full of mistakes; the program has none.
            const isFound = /topology check .*(?:--definitions|--file -)/.test(line);
            expect(exitCode).toBe(isFound ? 1 : 0);
        },
    );

    // They are understood up to the place where a broker, its address, a token, a queue of spot or the file of an earlier command is needed.
    it.each(commands.filter(isRemote))(
        "are understood, and need a broker or a token: %s",
        { timeout: 60_000 },
        async (line) => {
            const { exitCode, output, errors } = await project.run(line);
            expect(output).toBe("");
            // A restore reads its file first.
            if (line.includes("https:") && !line.includes("topology restore ")) {
                expect(exitCode).toBe(3);
                expect(errors).toContain("cannot be reached");
            } else {
                expect(exitCode).toBe(2);
                expect(errors).toMatch(
                    /GITHUB_TOKEN|pull request: its number is missing|topology\.config\.ts has no brokerOf|^queue "[a-z.-]+" does not exist|^file "(?:links\.jsonl|prod\.backup)" cannot be read/,
                );
            }
        },
    );

    it("are many", () => {
        expect(commands.length).toBeGreaterThan(20);
        expect(commands.filter(isRemote).length).toBeGreaterThan(4);
    });
});
