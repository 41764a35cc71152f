import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { cp, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { Linter } from "eslint";
import { describe, expect, it } from "vitest";
import type { TopologyRun } from "./topologyRun.ts";

const own = fileURLToPath(new URL("..", import.meta.url));
const bin = join(own, "bin", "topology.js");

function run(file: string, ...options: readonly string[]): Promise<TopologyRun> {
    return new Promise((resolve) => {
        execFile(process.execPath, [...options, file, "--help"], (error, output, errors) => {
            resolve({ exitCode: Number(error?.code ?? 0), output, errors });
        });
    });
}

describe("the file that npm links as topology", () => {
    it("runs the command", async () => {
        const { exitCode, output, errors } = await run(bin, "--conditions=@spot-messaging/source");
        expect([exitCode, errors]).toEqual([0, ""]);
        expect(output).toMatch(/^Usage: topology/);
    });

    it("says which Node.js is needed on an older one", async () => {
        const folder = await mkdtemp(join(tmpdir(), "topology-bin-"));
        await cp(join(own, "bin"), join(folder, "bin"), { recursive: true });
        const manifest = JSON.parse(readFileSync(join(own, "package.json"), "utf8")) as object;
        // The package requires a newer version, so this Node.js counts as too old.
        await writeFile(
            join(folder, "package.json"),
            JSON.stringify({ ...manifest, engines: { node: ">=1000.1" } }),
        );
        expect(await run(join(folder, "bin", "topology.js"))).toEqual({
            exitCode: 2,
            output: "",
            errors: `node "${process.versions.node}": is too old; install version 1000.1 or later\n`,
        });
        await rm(folder, { recursive: true });
    });

    it("has no syntax that Node.js 18 lacks", () => {
        const text = readFileSync(bin, "utf8");
        const parser = { languageOptions: { ecmaVersion: 2022, sourceType: "module" } } as const;
        expect(new Linter().verify(text, [parser])).toEqual([]);
        // So that it is known to find any.
        expect(new Linter().verify(`${text}\nusing x = 1;`, [parser])).toMatchObject([{ fatal: true }]);
    });
});
