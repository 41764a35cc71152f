import { spawnSync } from "node:child_process";
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { UserError } from "../../packages/topology/src/model/userError.ts";
import { npmCommand } from "../npm.mjs";
import { readWorkspaces } from "../workspaces.mjs";

/**
 * The part of `npm pack --json` about a package that a release needs.
 * @typedef {object} PackedPackage
 * @property {string} name
 * @property {string} version
 * @property {string} filename
 * @property {string} integrity
 */

/**
 * Packs the packages as `npm run build` left them.
 * @param {string} destination - a folder
 * @param {string} [repository] - its URL, which package.json of the packages then names: npm compares it with the provenance
 * @returns {PackedPackage[]} each after those that it needs
 */
export function packPackages(destination, repository) {
    const staging = mkdtempSync(path.join(tmpdir(), "pack-"));
    try {
        const folders = inOrder(readWorkspaces()).map(({ name, folder, manifest }) => {
            const staged = path.join(staging, name);
            for (const file of ["LICENSE", "README.md", ...manifest.files]) {
                if (!existsSync(path.join(folder, file))) {
                    throw new UserError(`package "${name}": has no "${file}"; run npm run build`);
                }
                cpSync(path.join(folder, file), path.join(staged, file), { recursive: true });
            }
            const published = { ...manifest, scripts: undefined, ...origin(repository, name) };
            writeFileSync(path.join(staged, "package.json"), `${JSON.stringify(published, undefined, 4)}\n`);
            return staged;
        });
        const { program, before } = npmCommand();
        const options = ["--json", "--ignore-scripts", `--pack-destination=${destination}`];
        const { status, stdout, stderr } = spawnSync(program, [...before, "pack", ...folders, ...options], {
            encoding: "utf8",
        });
        if (status !== 0) {
            throw new UserError(`command "npm pack": ended with exit code ${status}: ${stderr}`);
        }
        return Object.values(JSON.parse(stdout)).map(({ name, version, filename, integrity }) => ({
            name,
            version,
            filename,
            integrity,
        }));
    } finally {
        rmSync(staging, { recursive: true, force: true });
    }
}

/**
 * @param {string | undefined} repository
 * @param {string} name
 */
function origin(repository, name) {
    return repository === undefined
        ? {}
        : {
              repository: { type: "git", url: `git+${repository}.git`, directory: `packages/${name}` },
              homepage: `${repository}/tree/main/packages/${name}#readme`,
              bugs: `${repository}/issues`,
          };
}

/**
 * Each package after those that it needs.
 * @param {import("../workspaces.mjs").Workspace[]} workspaces
 */
function inOrder(workspaces) {
    const ordered = new Set();
    const add = (/** @type {import("../workspaces.mjs").Workspace} */ workspace) => {
        for (const other of workspaces) {
            if (other.manifest.name in (workspace.manifest.dependencies ?? {})) {
                add(other);
            }
        }
        ordered.add(workspace);
    };
    workspaces.forEach(add);
    return [...ordered];
}
