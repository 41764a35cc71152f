import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import path from "node:path";
import process from "node:process";
import { fileURLToPath, pathToFileURL } from "node:url";
import { sourceCondition } from "./nodeArguments.mjs";

const own = fileURLToPath(new URL("..", import.meta.url));
/** The dependencies of every bundle besides its sources. */
const settings = ["tsconfig.json", "package-lock.json", "scripts/bundle.mjs"];

/** Bundled packages: most commands load them, and they consist of many small files. Other packages are not bundled. */
const inlined = ["commander", "simple-git", "wrap-ansi", "yaml", "zod"];

/** @type {import("esbuild").Plugin} */
const packages = {
    name: "packages",
    setup: ({ onResolve }) => {
        onResolve({ filter: /^[^./]/ }, ({ path: name, importer, kind }) =>
            kind === "entry-point" ||
            importer.includes("node_modules") ||
            name.startsWith("@spot-messaging/") ||
            inlined.includes(name)
                ? undefined
                : { path: name, external: true },
        );
    },
};

const keptMs = 24 * 60 * 60 * 1_000;

/**
 * Modules of this project, with all that they import of it in a few files of JavaScript: to translate and load two hundred files one by one
 * takes longer than most of what they are loaded for. Made again when a source has changed, by its time and size.
 * @param {string} name - of the bundle
 * @param {Record<string, string>} sources - the modules, relative to the project; what several of them import is loaded once
 * @param {string} root - the project
 * @returns {Promise<Record<string, string> | undefined>} the modules' URLs; nothing if no file can be written, or a source has a syntax
 * error
 */
export async function bundled(name, sources, root = own) {
    // As deep below the project as the sources are, which find it from their own place.
    const folder = path.join(root, ".local", "bundle");
    const file = path.join(folder, `${name}.json`);
    try {
        const known = readManifest(file);
        const isUsable = known !== undefined && isCurrent(known, root, folder);
        const { entries } = isUsable ? known : await bundle(sources, { root, folder, file });
        return Object.fromEntries(
            Object.entries(entries).map(([key, entry]) => [
                key,
                pathToFileURL(path.join(folder, entry)).href,
            ]),
        );
    } catch (error) {
        // esbuild cannot read a source: loading the sources without a bundle then reports which one, and why.
        const isUnreadable = Array.isArray(error?.errors);
        if (isUnreadable || ["EACCES", "EPERM", "EROFS", "ENOSPC"].includes(error?.code)) {
            return undefined;
        }
        throw error;
    }
}

/**
 * A bundle and what it was made of: of each file its time in milliseconds and its size in bytes.
 * @typedef {{ entries: Record<string, string>, inputs: Record<string, [number, number]> }} Manifest
 */

/**
 * @param {string} file
 * @returns {Manifest | undefined}
 */
function readManifest(file) {
    try {
        return JSON.parse(readFileSync(file, "utf8"));
    } catch {
        return undefined;
    }
}

/**
 * @param {Manifest} manifest
 * @param {string} root
 * @param {string} folder
 */
function isCurrent({ entries, inputs }, root, folder) {
    return (
        Object.values(entries).every(
            (entry) => statSync(path.join(folder, entry), { throwIfNoEntry: false }) !== undefined,
        ) &&
        Object.entries(inputs).every(([file, [time, size]]) => {
            const status = statSync(path.join(root, file), { throwIfNoEntry: false });
            return status?.mtimeMs === time && status.size === size;
        })
    );
}

/**
 * @param {Record<string, string>} sources
 * @param {{ root: string, folder: string, file: string }} places - the file is the manifest's
 * @returns {Promise<Manifest>}
 */
async function bundle(sources, { root, folder, file }) {
    const begun = Date.now();
    const { build } = await import("esbuild");
    const { outputFiles, metafile } = await build({
        absWorkingDir: root,
        entryPoints: Object.values(sources),
        outdir: folder,
        entryNames: "[name]-[hash]",
        chunkNames: "[name]-[hash]",
        bundle: true,
        conditions: [sourceCondition],
        splitting: true,
        plugins: [packages],
        // CommonJS packages load Node's modules with require.
        banner: {
            js: 'import { createRequire as requireFrom } from "node:module"; const require = requireFrom(import.meta.url);',
        },
        platform: "node",
        format: "esm",
        target: `node${process.versions.node}`,
        write: false,
        metafile: true,
        logLevel: "silent",
    });
    mkdirSync(folder, { recursive: true });
    for (const { path: output, contents } of outputFiles) {
        write(output, contents);
    }
    const outputOf = (source) =>
        Object.keys(metafile.outputs).find((output) => metafile.outputs[output].entryPoint === source) ?? "";
    const entries = Object.fromEntries(
        Object.entries(sources).map(([key, source]) => [key, path.basename(outputOf(source))]),
    );
    const inputs = Object.fromEntries(
        [...Object.keys(metafile.inputs), ...settings].map((input) => {
            const { mtimeMs, size } = statSync(path.join(root, input));
            // If a file changed during the build, the bundle can contain either version.
            return [input, [mtimeMs < begun ? mtimeMs : 0, size]];
        }),
    );
    const manifest = { entries, inputs };
    write(file, JSON.stringify(manifest));
    removeOld(folder, begun);
    return manifest;
}

/**
 * Deletes earlier bundles, except those that a running process can still load parts of.
 * @param {string} folder
 * @param {number} now
 */
function removeOld(folder, now) {
    for (const name of readdirSync(folder)) {
        const file = path.join(folder, name);
        const written = statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? now;
        if (written < now - keptMs) {
            rmSync(file, { force: true });
        }
    }
}

/**
 * Writes a file atomically, because another process can read or write it at the same time.
 * @param {string} file
 * @param {string | Uint8Array} content
 */
function write(file, content) {
    const draft = `${file}.${process.pid}`;
    writeFileSync(draft, content);
    renameSync(draft, file);
}
