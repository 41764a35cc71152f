import { execFileSync } from "node:child_process";
import { cpSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { performance } from "node:perf_hooks";
import { parse, stringify } from "yaml";
import { projectRoot } from "../src/cli/project.ts";
import { findPulumi, pulumiEnvironment } from "../src/cli/pulumiCli.ts";
import { median } from "./cost.ts";

/**
 * Compares `pulumi preview --stack dev` with the same program compiled to JavaScript, to measure the cost of running TypeScript directly.
 * Both run in turn, so that a slower machine affects both. Previews a new stack and changes nothing.
 *
 * npm run bench:preview [rounds]
 */
const rounds = Number(process.argv[2] ?? 7);
const { command } = findPulumi();
const folder = join(projectRoot, ".local", "bench");
const state = join(folder, "state");
const environment = { ...pulumiEnvironment("docker"), PULUMI_BACKEND_URL: `file://${state}` };

/** The project of the compiled program: only the main file and the loader differ. */
function compile(): void {
    rmSync(folder, { recursive: true, force: true });
    mkdirSync(state, { recursive: true });
    const built = { cwd: projectRoot, stdio: "inherit" } as const;
    execFileSync(process.execPath, ["scripts/build.mjs"], built);
    execFileSync(
        join(projectRoot, "node_modules", ".bin", "tsc"),
        ["--project", "bench/tsconfig.json"],
        built,
    );
    const project = parse(readFileSync(join(projectRoot, "Pulumi.yaml"), "utf8")) as Record<string, unknown>; // The project's own file.
    const compiled = {
        ...project,
        main: "dist/index.js",
        runtime: { name: "nodejs", options: { typescript: false } },
    };
    writeFileSync(join(folder, "Pulumi.yaml"), stringify(compiled));
    writeFileSync(join(folder, "package.json"), JSON.stringify({ type: "module" }));
    cpSync(join(projectRoot, "Pulumi.dev.yaml"), join(folder, "Pulumi.dev.yaml"));
    // The image's tag is the hash of these files.
    symlinkSync(join(projectRoot, "services"), join(folder, "services"));
}

function pulumi(cwd: string, ...args: readonly string[]): string {
    return execFileSync(command, [...args, "--non-interactive"], {
        cwd,
        env: environment,
        encoding: "utf8",
        stdio: ["ignore", "pipe", "ignore"],
    });
}

/** The seconds of one preview, and the number of resources to create. */
function preview(cwd: string): { readonly seconds: number; readonly resources: string } {
    const start = performance.now();
    const output = pulumi(cwd, "preview", "--stack", "dev", "--suppress-progress");
    const resources = /\+ (\d+) to create/.exec(output)?.[1] ?? "none";
    return { seconds: (performance.now() - start) / 1_000, resources };
}

compile();
pulumi(projectRoot, "stack", "init", "dev");
const pairs = Array.from({ length: rounds + 1 }, () => ({
    source: preview(projectRoot),
    compiled: preview(folder),
})).slice(1); // The first round fills caches.
const sources = pairs.map(({ source }) => source.seconds);
const compiled = pairs.map((pair) => pair.compiled.seconds);
const ratios = pairs.map((pair) => pair.source.seconds / pair.compiled.seconds);
for (const [what, values] of Object.entries({
    "TypeScript  s": sources,
    "compiled    s": compiled,
    ratio: ratios,
})) {
    const [least, middle, most] = [Math.min(...values), median(values), Math.max(...values)];
    console.log(
        `${what.padEnd(14)} min ${least.toFixed(2)}  median ${middle.toFixed(2)}  max ${most.toFixed(2)}`,
    );
}
const [first] = pairs;
console.log(
    `resources      ${first?.source.resources ?? ""} and ${first?.compiled.resources ?? ""}, ${rounds} rounds`,
);
rmSync(folder, { recursive: true, force: true });
