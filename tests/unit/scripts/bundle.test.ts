import { cp, mkdir, mkdtemp, readdir, rm, symlink, utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { bundled } from "../../../scripts/bundle.mjs";
import { projectRoot } from "../../../src/cli/project.ts";

const source = "src/cli/main.ts";

describe("bundled", () => {
    let root: string;

    beforeEach(async () => {
        root = await mkdtemp(join(tmpdir(), "bundle-"));
        for (const folder of ["src/cli", "scripts"]) {
            await mkdir(join(root, folder), { recursive: true });
        }
        for (const file of ["tsconfig.json", "package-lock.json", "scripts/bundle.mjs"]) {
            await cp(join(projectRoot, file), join(root, file));
        }
        await symlink(join(projectRoot, "node_modules"), join(root, "node_modules"));
        await write("src/cli/word.ts", 'export const word: string = "one";');
        await write(
            source,
            'export { word } from "./word.ts";\nexport const lazy = () => import("./lazy.ts");',
        );
        await write("src/cli/lazy.ts", "export const place = import.meta.url;");
    });

    afterEach(async () => {
        await rm(root, { recursive: true });
    });

    /** Long ago: what is written while a bundle is made is not trusted. */
    async function write(file: string, text: string, time = new Date("2026-01-01")): Promise<void> {
        await writeFile(join(root, file), text);
        await utimes(join(root, file), time, time);
    }

    async function loaded(): Promise<{
        readonly url: string;
        readonly word: unknown;
        readonly place: unknown;
    }> {
        const { main: url } = (await bundled("main", { main: source }, root)) ?? { main: "" };
        const module = (await import(url)) as { word: string; lazy: () => Promise<{ place: string }> }; // as written above
        return { url, word: module.word, place: (await module.lazy()).place };
    }

    it("is a module with all its own, in files as deep below the project as the sources", async () => {
        const { word, place } = await loaded();
        expect(word).toBe("one");
        expect(String(place)).toContain("/.local/bundle/");
    });

    it("is the same until a source changes", async () => {
        const { url } = await loaded();
        const files = await readdir(join(root, ".local/bundle"));
        expect((await loaded()).url).toBe(url);
        expect(await readdir(join(root, ".local/bundle"))).toEqual(files);
        await write("src/cli/word.ts", 'export const word: string = "two";', new Date("2026-01-02"));
        const changed = await loaded();
        expect(changed.url).not.toBe(url);
        expect(changed.word).toBe("two");
    });

    it("is built again if a part of it is missing, or its manifest cannot be read", async () => {
        const { url } = await loaded();
        const folder = join(root, ".local/bundle");
        await writeFile(join(folder, "main.json"), "{");
        expect((await loaded()).url).toBe(url);
        for (const name of await readdir(folder)) {
            await rm(join(folder, name), { force: name.endsWith(".js") });
        }
        expect((await loaded()).url).toBe(url);
    });

    it("is not built from a source with a syntax error; loading the sources directly reports the error", async () => {
        await write("src/cli/word.ts", "export const word = ;");
        expect(await bundled("main", { main: source }, root)).toBeUndefined();
    });

    it("is not used if a source was written during the build", async () => {
        await write("src/cli/word.ts", 'export const word: string = "one";', new Date(Date.now() + 60_000));
        const { url } = await loaded();
        await write("src/cli/word.ts", 'export const word: string = "2nd";', new Date(Date.now() + 60_000));
        expect((await loaded()).url).not.toBe(url);
    });
});
