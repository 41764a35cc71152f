import { execFileSync } from "node:child_process";
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { performance } from "node:perf_hooks";
import process from "node:process";
import { npmCommand } from "../scripts/npm.mjs";
import { readWorkspaces, root } from "../scripts/workspaces.mjs";
import { median } from "./cost.ts";

/**
 * Measures the import of each entry point of the published packages/topology: a process with the import, minus one without. Both run in
 * turn, so that a slower machine affects both. Needs `npm run build` before.
 *
 * npm run bench:import [rounds]
 */
const rounds = Number(process.argv[2] ?? 11);
const folder = mkdtempSync(join(tmpdir(), "bench-import-"));

function npm(cwd: string, ...options: readonly string[]): void {
    const { program, before } = npmCommand();
    const quiet = ["--no-audit", "--no-fund", "--prefer-offline", "--loglevel=error"];
    execFileSync(program, [...before, ...options, ...quiet], { cwd, stdio: ["ignore", "ignore", "inherit"] });
}

/** Milliseconds of a Node.js process that runs a module. */
function milliseconds(script: string): number {
    const start = performance.now();
    execFileSync(process.execPath, ["--input-type=module", "--eval", script], { cwd: folder });
    return performance.now() - start;
}

try {
    npm(root, "pack", "--workspace=packages/topology", "--ignore-scripts", `--pack-destination=${folder}`);
    writeFileSync(join(folder, "package.json"), JSON.stringify({ private: true }));
    npm(folder, "install", ...readdirSync(folder).filter((name) => name.endsWith(".tgz")));
    const entrances = readWorkspaces().find(({ name }) => name === "topology")?.entrances ?? [];
    for (const { specifier } of entrances) {
        const pairs = Array.from({ length: rounds }, () => ({
            nothing: milliseconds(""),
            entrance: milliseconds(`await import("${specifier}")`),
        }));
        const cost = median(pairs.map(({ nothing, entrance }) => entrance - nothing));
        console.log(`${specifier}: ${cost.toFixed(0)} ms`);
    }
} finally {
    rmSync(folder, { recursive: true, force: true });
}
