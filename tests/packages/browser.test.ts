import { copyFileSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { build } from "esbuild";
import { beforeAll, describe, expect, inject, it } from "vitest";
import { readWorkspaces } from "../../scripts/workspaces.mjs";
import { findChromium, runInChromium } from "./support/chromium.ts";
import { succeed } from "./support/run.ts";

const installation = inject("installation");
const entrances = readWorkspaces()
    .filter(({ name }) => name === "topology")
    .flatMap((workspace) => workspace.entrances.map(({ specifier }) => specifier));

/** A module as a page loads it. An import of one of Node.js's own modules fails. */
async function bundle(script: string): Promise<string> {
    const { outputFiles } = await build({
        stdin: { contents: script, resolveDir: installation, loader: "ts" },
        bundle: true,
        platform: "browser",
        format: "esm",
        target: "es2023",
        write: false,
        logLevel: "silent",
    });
    return outputFiles.map(({ text }) => text).join("");
}

/** What a module prints in Node.js. */
async function inNode(script: string): Promise<unknown> {
    return JSON.parse(await succeed(installation, process.execPath, "--input-type=module", "--eval", script));
}

describe("packages/topology in a browser", () => {
    let chromium = "";
    beforeAll(async () => {
        copyFileSync(new URL("programs/shop.ts", import.meta.url), join(installation, "shop.ts"));
        chromium = await findChromium();
    });

    it("exports from every entrance what it exports in Node.js", async () => {
        const names = entrances.map((each) => `["${each}", Object.keys(await import("${each}")).sort()]`);
        const exported = `Object.fromEntries([${names.join(", ")}])`;
        const inBrowser = await runInChromium(chromium, await bundle(`answer(${exported})`));
        expect(inBrowser).toEqual(await inNode(`console.log(JSON.stringify(${exported}))`));
    });

    it("compiles, checks, traces and draws a topology as Node.js does", async () => {
        const answers = 'await (await import("./shop.ts")).answers()';
        const inBrowser = await runInChromium(chromium, await bundle(`answer(${answers})`));
        const expected = await inNode(`console.log(JSON.stringify(${answers}))`);
        expect(expected).toMatchObject({ trace: { queues: ["orders"] } });
        expect(inBrowser).toEqual(expected);
    });
});
