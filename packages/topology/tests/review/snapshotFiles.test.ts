import { mkdir, mkdtemp, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { checkSnapshots, writeSnapshots } from "@spot-messaging/cli/snapshot";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { projectRoot } from "../../../../src/cli/project.ts";

let root: string;

beforeEach(async () => {
    root = await mkdtemp(join(tmpdir(), "snapshots-"));
    // Only its name is read here; the values are those of the project's own file.
    await writeFile(join(root, "Pulumi.dev.yaml"), "");
});

afterEach(async () => {
    await rm(root, { recursive: true });
});

const files = ["topology/dev.json", "docs/topology/dev.md", "docs/topology/dev.svg"];

async function problem(): Promise<string> {
    return checkSnapshots(root).then(
        () => "none",
        (error: unknown) => (error instanceof Error ? error.message : String(error)),
    );
}

describe("the committed topology", () => {
    it("is what the program declares", async () => {
        await expect(checkSnapshots(projectRoot)).resolves.toBeUndefined();
    });

    it("is written once, and is up to date then", async () => {
        expect(await writeSnapshots(root)).toEqual(files);
        expect(await writeSnapshots(root)).toEqual([]);
        expect(await problem()).toBe("none");
    });

    it("is up to date, too, where git changed the ends of its lines", async () => {
        await writeSnapshots(root);
        for (const file of files) {
            const text = await readFile(join(root, file), "utf8");
            await writeFile(join(root, file), text.replaceAll("\n", "\r\n"));
        }
        expect(await problem()).toBe("none");
    });

    it("fails the check with the names of what is stale, and the command that mends it", async () => {
        await writeSnapshots(root);
        await writeFile(join(root, "topology/dev.json"), "{}");
        await rm(join(root, "docs/topology/dev.svg"));
        expect(await problem()).toBe(`the committed topology is not what the program declares:
- topology/dev.json: is missing or stale
- docs/topology/dev.svg: is missing or stale
bring it up to date with npm run snapshot, look at the difference, and commit it`);
        expect(await writeSnapshots(root)).toEqual(["topology/dev.json", "docs/topology/dev.svg"]);
        expect(await problem()).toBe("none");
    });

    it("does not outlive its stack", async () => {
        await writeSnapshots(root);
        await writeFile(join(root, "topology/old.json"), "{}");
        await writeFile(join(root, "docs/topology/old.md"), "");
        await writeFile(join(root, "topology/approvals.yaml"), "");
        expect(await problem()).toContain(
            "- topology/old.json: belongs to a stack without a file Pulumi.<stack>.yaml",
        );
        expect(await writeSnapshots(root)).toEqual(["topology/old.json", "docs/topology/old.md"]);
        expect(await problem()).toBe("none");
        expect(await readFile(join(root, "topology/approvals.yaml"), "utf8")).toBe("");
    });

    it("is never written through a link", async () => {
        await mkdir(join(root, "topology"));
        await writeFile(join(root, "precious"), "kept");
        await symlink(join(root, "precious"), join(root, "topology/dev.json"));
        expect(await problem()).toContain("- topology/dev.json: is missing or stale");
        await writeSnapshots(root);
        expect(await readFile(join(root, "precious"), "utf8")).toBe("kept");
        expect(await problem()).toBe("none");
    });
});
