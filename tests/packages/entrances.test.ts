import { readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import process from "node:process";
import { gzipSync } from "node:zlib";
import { build } from "esbuild";
import { describe, expect, inject, it } from "vitest";
import { readWorkspaces, root } from "../../scripts/workspaces.mjs";
import { run, succeed } from "./support/run.ts";

const installation = inject("installation");
const workspaces = readWorkspaces();
/** Entrances that start the server which Pulumi asks, and so never end; the engine's tests load them. */
const servers = ["@spot-messaging/policy/pack", "@spot-messaging/pulumi/plugin"];
const entrances = workspaces
    .flatMap((workspace) => workspace.entrances.map(({ specifier }) => specifier))
    .filter((specifier) => !servers.includes(specifier));

const tsc = join(root, "node_modules", "typescript", "bin", "tsc");

/** The errors of TypeScript, with its strictest settings, in a program that imports the entry points, and in the packages themselves. */
async function typeProblems(
    name: string,
    imported: readonly string[],
    compilerOptions: Readonly<Record<string, unknown>>,
): Promise<string[]> {
    const source = imported.map((each, index) => `export * as entrance${index} from "${each}";`).join("\n");
    await writeFile(join(installation, `${name}.ts`), source);
    const config = {
        compilerOptions: {
            ...{
                noEmit: true,
                strict: true,
                exactOptionalPropertyTypes: true,
                noUncheckedIndexedAccess: true,
            },
            ...{ module: "nodenext", target: "es2023", skipLibCheck: false },
            ...compilerOptions,
        },
        files: [`${name}.ts`],
    };
    await writeFile(join(installation, `${name}.json`), JSON.stringify(config));
    const { stdout } = await run(installation, process.execPath, tsc, "--project", `${name}.json`);
    return stdout
        .split("\n")
        .filter((line) => line.startsWith(name) || line.startsWith("node_modules/@spot-messaging/"));
}

describe("the packed packages", () => {
    it.each(workspaces)(
        "ship what is built, the licence and the first page of $name, and no sources",
        async (each) => {
            const folder = join(installation, "node_modules", "@spot-messaging", each.name);
            const expected = ["LICENSE", "README.md", "package.json", ...each.manifest.files];
            expect((await readdir(folder)).sort()).toEqual(expected.sort());
            expect(await readFile(join(folder, "LICENSE"), "utf8")).toBe(
                await readFile(join(root, "LICENSE"), "utf8"),
            );
        },
    );

    it("load in plain Node.js", async () => {
        const script = entrances.map((each) => `await import("${each}");`).join("\n");
        await succeed(installation, process.execPath, "--input-type=module", "--eval", script);
    });

    it("have types that a strict program with nodenext accepts", async () => {
        expect(await typeProblems("program", entrances, { lib: ["es2023"], types: ["node"] })).toEqual([]);
    });

    it("have types of packages/topology that need no types of Node.js", async () => {
        const pure = entrances.filter((each) => each.startsWith("@spot-messaging/topology"));
        expect(await typeProblems("page", pure, { lib: ["es2023", "dom"], types: [] })).toEqual([]);
    });
});

describe("the main entrance of packages/topology", () => {
    it("loads nothing but itself and what suggests names, in at most 400 kB", async () => {
        const { outputFiles, metafile } = await build({
            stdin: { contents: 'export * from "@spot-messaging/topology";', resolveDir: installation },
            bundle: true,
            minify: true,
            platform: "browser",
            format: "esm",
            write: false,
            metafile: true,
        });
        const otherInputs = Object.keys(metafile.inputs).filter(
            (file) => file !== "<stdin>" && !file.includes("node_modules/@spot-messaging/topology/dist/"),
        );
        expect(otherInputs).toEqual([expect.stringMatching(/node_modules\/fastest-levenshtein\//)]);
        const [bundle] = outputFiles;
        expect(gzipSync(bundle?.contents ?? "").length).toBeLessThan(400_000);
    });
});
