import { mkdir, readFile, writeFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { root } from "../../../scripts/workspaces.mjs";

/** The examples of a package's first page. */
export interface Examples {
    /** Files by their names. */
    readonly files: Readonly<Record<string, string>>;
    /** The commands of the blocks marked only with `sh`, in order. */
    readonly commands: readonly string[];
}

/** Reads the code blocks of a package's README.md: ` ```ts file=shop.ts ` is a file, ` ```sh ` a list of commands. */
export async function readExamples(name: string): Promise<Examples> {
    const text = await readFile(join(root, "packages", name, "README.md"), "utf8");
    const blocks = [...text.matchAll(/^```(.*)\n([^]*?)^```$/gm)].map(([, info = "", code = ""]) => ({
        info,
        code,
    }));
    return {
        files: Object.fromEntries(
            blocks
                .filter(({ info }) => info.startsWith("ts file="))
                .map(({ info, code }) => [info.slice("ts file=".length), code]),
        ),
        commands: blocks
            .filter(({ info }) => info === "sh")
            .flatMap(({ code }) => code.split("\n").filter((line) => line !== "")),
    };
}

/** Writes the files of examples into a new folder, as a project. */
export async function writeExamples(folder: string, { files }: Examples): Promise<void> {
    await mkdir(folder, { recursive: true });
    const manifest = { name: basename(folder), version: "1.0.0", private: true, type: "module" };
    await writeFile(join(folder, "package.json"), JSON.stringify(manifest));
    for (const [name, code] of Object.entries(files)) {
        await writeFile(join(folder, name), code);
    }
}
