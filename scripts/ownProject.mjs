// Installs npm projects of their own, apart from this one. It must work on Node.js 18 with nothing installed, so it imports only Node itself.
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync } from "node:fs";
import path from "node:path";
import process from "node:process";
import { npmCommand } from "./npm.mjs";

/**
 * Packages that are installed only where they are needed: they are too large to come with `npm ci`.
 * @typedef {object} OwnProject
 * @property {string} manifests - the folder of its package.json and package-lock.json
 * @property {string} parent - the folder of its installations
 * @property {string[]} [options] - of `npm ci`
 */

/**
 * Where a project is installed: a folder for each content of its lock file.
 * @param {OwnProject} project
 */
export function installFolder({ manifests, parent }) {
    const lock = readFileSync(path.join(manifests, "package-lock.json"));
    return path.join(parent, createHash("sha256").update(lock).digest("hex").slice(0, 16));
}

/**
 * Installs a project, completely or not at all: another process may install it at the same time. Removes older installations.
 * @param {OwnProject} project
 * @param {(draft: string) => void} verify - throws where the installation lacks something
 * @throws Error where npm fails
 */
export function installProject(project, verify = () => undefined) {
    const folder = installFolder(project);
    const draft = `${folder}.${process.pid}`;
    try {
        mkdirSync(draft, { recursive: true });
        cpSync(project.manifests, draft, { recursive: true });
        runNpm(draft, project.options ?? []);
        verify(draft);
        removeOthers(folder);
        renameSync(draft, folder);
    } catch (error) {
        if (!existsSync(folder)) {
            throw error;
        }
    } finally {
        rmSync(draft, { recursive: true, force: true });
    }
}

/**
 * @param {string} folder
 * @param {string[]} options
 */
function runNpm(folder, options) {
    const { program, before } = npmCommand();
    const npmArguments = [...before, "ci", "--no-audit", "--no-fund", "--loglevel=error", ...options];
    const { error, status } = spawnSync(program, npmArguments, {
        cwd: folder,
        stdio: ["ignore", "ignore", "inherit"],
    });
    if (error !== undefined || status !== 0) {
        throw new Error(error?.message ?? `npm ci ended with exit code ${status}`);
    }
}

/**
 * Removes what earlier versions of the manifests installed.
 * @param {string} folder - that stays
 */
function removeOthers(folder) {
    const parent = path.dirname(folder);
    for (const name of readdirSync(parent)) {
        // A name with a dot is the draft of a process that may still run.
        if (name !== path.basename(folder) && !name.includes(".")) {
            rmSync(path.join(parent, name), { recursive: true, force: true });
        }
    }
}
