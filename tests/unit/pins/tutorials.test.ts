import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { mkdir, mkdtemp, realpath, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { projectRoot } from "../../../src/cli/project.ts";
import { sectionsOf } from "../docs/markdown.ts";
import { withPart } from "./withPart.ts";

// The transcripts of the tutorials are what the real commands print. What a person types before, such as npm install, is not run here:
// tests/packages installs the packed packages.

let folder: string;
beforeEach(async () => {
    folder = await realpath(await mkdtemp(join(tmpdir(), "tutorial-")));
    await writeFile(join(folder, "package.json"), '{ "private": true, "type": "module" }');
    await writeFile(join(folder, ".gitignore"), "node_modules\n");
    await mkdir(join(folder, "node_modules"));
    await symlink(
        join(projectRoot, "node_modules", "@spot-messaging"),
        join(folder, "node_modules", "@spot-messaging"),
    );
});
afterEach(async () => {
    await rm(folder, { recursive: true, force: true });
});

const who = { GIT_CONFIG_GLOBAL: "/dev/null", GIT_CONFIG_SYSTEM: "/dev/null" };
const author = {
    GIT_AUTHOR_NAME: "a",
    GIT_AUTHOR_EMAIL: "a@example.com",
    GIT_COMMITTER_NAME: "a",
    GIT_COMMITTER_EMAIL: "a@example.com",
};

interface Outcome {
    readonly code: number;
    readonly transcript: string;
}

/** Runs commands in a shell and shows them as a person sees them, with `npx topology` from this repository. */
async function run(...commands: readonly string[]): Promise<Outcome> {
    let transcript = "";
    let code = 0;
    for (const command of commands) {
        const script = command.replace(
            /^npx topology/,
            `node ${join(projectRoot, "scripts", "topology.mjs")}`,
        );
        const output = await new Promise<string>((resolve) => {
            execFile(
                // A page shows what a terminal of this width shows.
                "script",
                ["--quiet", "--return", "--command", `stty cols 100; ${script}`, "/dev/null"],
                { cwd: folder, env: { ...process.env, ...who, ...author, NO_COLOR: "1" } },
                (error, stdout, stderr) => {
                    code = error === null ? 0 : Number(error.code);
                    resolve(`${stdout}${stderr}`.replaceAll("\r\n", "\n"));
                },
            );
        });
        transcript += `$ ${command}\n${output}`;
    }
    return { code, transcript };
}

it("shows in its tutorial what checking a broker prints", async () => {
    const file = join(projectRoot, "docs/tutorial/check-your-broker.md");
    await writeFile(
        join(folder, "definitions.json"),
        readFileSync(join(projectRoot, "packages/cli/tests/shop.json")),
    );
    const { code, transcript } = await run("npx topology check --definitions definitions.json");
    expect(code).toBe(1);
    const findings = transcript.split("\n\n");
    const shown = [...findings.slice(0, 3), "...", ...findings.slice(-1)].join("\n\n");
    const page = withPart(readFileSync(file, "utf8"), "run: check", "", shown);
    await expect(page).toMatchFileSnapshot(file);
});

it("shows in its tutorial what declaring and reviewing a topology prints", async () => {
    const file = join(projectRoot, "docs/tutorial/declare-your-topology.md");
    const blocks = sectionsOf("docs/tutorial/declare-your-topology.md").flatMap((each) => each.blocks);
    const program = blocks.find(({ info }) => info === "ts file=topology.config.ts");
    const mistake = blocks.find(({ info }) => info === "sh");
    // The first page has the same program, under its name.
    expect(readFileSync(join(projectRoot, "README.md"), "utf8")).toContain(
        `// topology.config.ts\n${program?.text ?? ""}`,
    );
    await writeFile(join(folder, "topology.config.ts"), program?.text ?? "");
    const declared = await run(
        "npx topology check",
        "npx topology trace --exchange shop.events --key order.new",
    );
    expect(declared.code).toBe(0);
    await run("git init --quiet --initial-branch main");
    const snapshot = await run(
        "npx topology snapshot",
        "git add --all && git commit --quiet --message 'Declare the shop'",
    );
    expect(snapshot.code).toBe(0);
    await run(mistake?.text.trim() ?? "");
    const checked = await run("npx topology check");
    expect(checked.code).toBe(1);
    await run("npx topology snapshot");
    const review = await run("npx topology review --base main");
    expect(review.code).toBe(1);
    const parts: [string, string][] = [
        ["run: declare", declared.transcript],
        ["run: snapshot", snapshot.transcript],
        [
            "run: review",
            `${checked.transcript}$ npx topology snapshot\n${review.transcript.slice(0, review.transcript.indexOf("\nto approve"))}\n...`,
        ],
    ];
    const page = parts.reduce(
        (text, [name, part]) => withPart(text, name, "", part),
        readFileSync(file, "utf8"),
    );
    await expect(page).toMatchFileSnapshot(file);
});

it("shows in its guide what following a message and explaining a queue print", async () => {
    const file = join(projectRoot, "docs/how-to/follow-a-message.md");
    await writeFile(
        join(folder, "shop.json"),
        readFileSync(join(projectRoot, "packages/cli/tests/shop.json")),
    );
    const trace = await run(
        "npx topology trace --definitions shop.json --exchange orders --key order.new --header kind=invoice",
    );
    const explain = await run("npx topology explain orders --definitions shop.json");
    expect([trace.code, explain.code]).toEqual([0, 0]);
    const page = withPart(readFileSync(file, "utf8"), "run: trace", "", trace.transcript);
    await expect(withPart(page, "run: explain", "", explain.transcript)).toMatchFileSnapshot(file);
});
