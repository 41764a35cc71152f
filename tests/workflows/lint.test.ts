import { execFile } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";

const script = fileURLToPath(new URL("../../scripts/workflows.mjs", import.meta.url));
const root = fileURLToPath(new URL("../..", import.meta.url));

async function lint(
    ...args: readonly string[]
): Promise<{ readonly code: number; readonly lines: readonly string[] }> {
    return await new Promise((resolve) => {
        execFile(process.execPath, [script, ...args], { cwd: root }, (error, stdout, stderr) => {
            const code = error === null ? 0 : Number(error.code);
            resolve({ code, lines: `${stdout}${stderr}`.split("\n").filter(Boolean) });
        });
    });
}

describe("the lint of workflows", { timeout: 120_000 }, () => {
    it("has nothing against this project's", async () => {
        expect(await lint()).toEqual({ code: 0, lines: [] });
    });

    it("fails for a broken one, and names each place", async () => {
        const { code, lines } = await lint(fileURLToPath(new URL("broken", import.meta.url)));
        expect(code).toBe(1);
        expect(lines.map((line) => line.replace(/: .* (\[[\w-]+\])$/u, " $1"))).toEqual([
            "tests/workflows/broken/broken.yml:7:23 [expression]",
            "tests/workflows/broken/broken.yml:8:23 [expression]",
            "tests/workflows/broken/broken.yml:10:9 [syntax-check]",
        ]);
    });

    it("fails where there is nothing to lint", async () => {
        const folder = await mkdtemp(join(tmpdir(), "workflows-"));
        expect(await lint(folder)).toEqual({
            code: 1,
            lines: [`folder "${folder}": has no workflow; name one that has`],
        });
        await rm(folder, { recursive: true });
    });
});
