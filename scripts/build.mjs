// npm run build [-- PACKAGE ...]: builds the dist folder and copies the licence of each package, which npm pack includes.
import { copyFileSync, cpSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import process from "node:process";
import { build } from "esbuild";
import { execute } from "./execute.mjs";
import { readWorkspaces, root } from "./workspaces.mjs";

const declarations = path.join(root, ".local", "build", "types");

const workspaces = readWorkspaces();
const wanted = process.argv.slice(2);
const unknown = wanted.filter((name) => workspaces.every((workspace) => workspace.name !== name));
if (unknown.length > 0) {
    const known = workspaces.map(({ name }) => name).join(", ");
    console.error(`package "${unknown[0]}": does not exist; choose from ${known}`);
    process.exitCode = 2;
} else {
    process.exitCode = await buildAll(
        wanted.length === 0 ? workspaces : workspaces.filter(({ name }) => wanted.includes(name)),
    );
}

/**
 * @param {import("./workspaces.mjs").Workspace[]} selected
 * @returns {Promise<number>} the exit code
 */
async function buildAll(selected) {
    const tsc = path.join(root, "node_modules", "typescript", "bin", "tsc");
    const exitCode = await execute(process.execPath, [tsc, "--project", "tsconfig.build.json"], root);
    if (exitCode === 0) {
        for (const workspace of selected) {
            await buildPackage(workspace);
        }
    }
    return exitCode;
}

/** @param {import("./workspaces.mjs").Workspace} workspace */
async function buildPackage({ name, folder, entrances }) {
    rmSync(path.join(folder, "dist"), { recursive: true, force: true });
    await build({
        absWorkingDir: folder,
        entryPoints: entrances.map(({ output, source }) => ({
            in: source,
            out: output.replace("./dist/", "").replace(/\.js$/, ""),
        })),
        outdir: "dist",
        // At the same depth as the sources, which read files of the package by relative path.
        chunkNames: "[name]-[hash]",
        bundle: true,
        // Entry points must share classes and caches.
        splitting: true,
        packages: "external",
        // The topology runs in a browser too: an import of a Node.js module fails the build.
        platform: name === "topology" ? "neutral" : "node",
        format: "esm",
        target: "es2023",
        logLevel: "warning",
    });
    copyDeclarations(path.join(declarations, "packages", name, "src"), path.join(folder, "dist", "types"));
    copyFileSync(path.join(root, "LICENSE"), path.join(folder, "LICENSE"));
}

/**
 * Copies the output of tsc with JavaScript file extensions, so that users need not allow imports of .ts files.
 * @param {string} from
 * @param {string} to
 */
function copyDeclarations(from, to) {
    cpSync(from, to, { recursive: true });
    for (const file of readdirSync(to, { recursive: true, encoding: "utf8" })) {
        if (file.endsWith(".d.ts")) {
            const text = readFileSync(path.join(to, file), "utf8");
            writeFileSync(
                path.join(to, file),
                text.replaceAll(/(\bfrom |\bimport\()"(\.[^"]*)\.ts"/g, '$1"$2.js"'),
            );
        }
    }
}
