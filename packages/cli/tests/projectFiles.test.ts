import { mkdir, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { diskFiles } from "../src/review/projectFiles.ts";

let root: string;

beforeEach(async () => {
    root = await mkdtemp(join(tmpdir(), "files-"));
    await mkdir(join(root, "topology"));
    await writeFile(join(root, "topology/b.json"), "b");
    await writeFile(join(root, "topology/a.json"), "a");
    await symlink("/etc/hostname", join(root, "topology/link.json"));
    await symlink("topology", join(root, "linked"));
});

afterEach(async () => {
    await rm(root, { recursive: true });
});

describe("a project's files on disk", () => {
    it("are listed in order, and read", async () => {
        const files = diskFiles(root);
        expect(await files.names("topology")).toEqual(["a.json", "b.json", "link.json"]);
        expect(Buffer.from((await files.bytes("topology/a.json")) ?? []).toString()).toBe("a");
    });

    it.each(["none", "topology/a.json/none"])("may be missing: %s", async (path) => {
        expect(await diskFiles(root).names(path)).toEqual([]);
        expect(await diskFiles(root).bytes(path)).toBeUndefined();
    });

    it.each([
        ["topology/link.json", "is a symbolic link, which is not followed; commit the file itself"],
        ["topology", "is a folder; a file was expected"],
    ])("are files, and nothing else: %s", async (path, problem) => {
        await expect(diskFiles(root).bytes(path)).rejects.toThrow(`${path}: ${problem}`);
    });

    it.each([
        ["linked", "is a symbolic link, which is not followed; commit the file itself"],
        ["topology/a.json", "is a file; a folder was expected"],
    ])("are read only from folders: %s", async (path, problem) => {
        await expect(diskFiles(root).names(path)).rejects.toThrow(`${path}: ${problem}`);
    });
});
