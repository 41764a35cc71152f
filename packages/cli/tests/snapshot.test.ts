import { mkdir, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { readSnapshot } from "@spot-messaging/topology/review";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type ProgramFolder, programFolder } from "./programFolder.ts";
import { topology } from "./topologyRun.ts";

let program: ProgramFolder;

beforeEach(async () => {
    program = await programFolder();
    await program.write({
        "topology.config.mjs": `import { emptyTopology } from "@spot-messaging/topology";
            export default { stacks: ["dev"], topologyOf: () => ({ ...emptyTopology("4.3"), vhosts: [{ name: "shop" }] }) };`,
    });
});

afterEach(async () => {
    await program.remove();
});

const files = ["topology/dev.json", "docs/topology/dev.md", "docs/topology/dev.svg"];

async function snapshot(...args: readonly string[]): Promise<readonly [number, string]> {
    const config = join(program.path, "topology.config.mjs");
    const { exitCode, output, errors } = await topology(["snapshot", "--config", config, ...args]);
    return [exitCode, output + errors];
}

const written = (names: readonly string[]): readonly [number, string] => [
    0,
    names.map((each) => `${each}\n`).join(""),
];
const nothing: readonly [number, string] = [0, "everything is up to date\n"];

describe("the committed topology", () => {
    it("of this repository is what its program declares", async () => {
        expect(await topology(["snapshot", "--check"])).toEqual({
            exitCode: 0,
            output: "everything is up to date\n",
            errors: "",
        });
    });

    it("is written once, and is up to date then", async () => {
        expect(await snapshot()).toEqual(written(files));
        expect(await snapshot()).toEqual(nothing);
        expect(await snapshot("--check")).toEqual(nothing);
        expect([await snapshot("--check", "--quiet"), await snapshot("-q")]).toEqual([
            [0, ""],
            [0, ""],
        ]);
    });

    it("names the component that the configuration states, and is stale if that changes", async () => {
        const config = await program.read("topology.config.mjs");
        const stated = async (file: string, component: string, ...args: readonly string[]) => {
            await program.write({
                [file]: config.replace("{ stacks:", `{ component: ${component}, stacks:`),
            });
            return await topology(["snapshot", "--config", join(program.path, file), ...args]);
        };
        await snapshot();
        expect((await stated("one.mjs", '{ name: "shop" }')).output).toBe("topology/dev.json\n");
        const text = await program.read("topology/dev.json");
        expect(readSnapshot(text, "it").component).toEqual({ name: "shop", aliases: [] });
        const other = await stated("two.mjs", '{ name: "shop", aliases: ["old"] }', "--check");
        expect([other.exitCode, other.errors]).toEqual([
            1,
            expect.stringContaining("- topology/dev.json: is stale\n"),
        ]);
    });

    it("is up to date, too, where git changed the ends of its lines", async () => {
        await snapshot();
        for (const file of files) {
            await program.write({ [file]: (await program.read(file)).replaceAll("\n", "\r\n") });
        }
        expect(await snapshot("--check")).toEqual(nothing);
    });

    it("fails the check with the names of what is stale, and the command that writes it", async () => {
        await snapshot();
        await program.write({ "topology/dev.json": "{}" });
        await rm(join(program.path, "docs/topology/dev.svg"));
        expect(await snapshot("--check")).toEqual([
            1,
            `the committed topology differs from the topology that the program declares:
- topology/dev.json: is stale
- docs/topology/dev.svg: is missing
run topology snapshot, read the difference, and commit it
`,
        ]);
        expect(await snapshot()).toEqual(written(["topology/dev.json", "docs/topology/dev.svg"]));
        expect(await snapshot("--check")).toEqual(nothing);
    });

    it("does not outlive its stack", async () => {
        await snapshot();
        await program.write({
            "topology/old.json": "{}",
            "docs/topology/old.md": "",
            "topology/approvals.yaml": "",
        });
        const [exitCode, problem] = await snapshot("--check");
        expect(exitCode).toBe(1);
        expect(problem).toContain("- topology/old.json: belongs to a stack that ");
        expect(await snapshot()).toEqual(written(["topology/old.json", "docs/topology/old.md"]));
        expect(await snapshot("--check")).toEqual(nothing);
        expect(await program.read("topology/approvals.yaml")).toBe("");
    });

    it("is never written through a link", async () => {
        const precious = join(program.path, "precious");
        await mkdir(join(program.path, "topology"));
        await writeFile(precious, "kept");
        await symlink(precious, join(program.path, "topology/dev.json"));
        expect((await snapshot("--check"))[1]).toContain("- topology/dev.json: is stale");
        await snapshot();
        expect(await readFile(precious, "utf8")).toBe("kept");
        expect(await snapshot("--check")).toEqual(nothing);
    });
});
