// Decides which Node.js runs the scripts of this project, and nobody else does. It must work on Node.js 18 with nothing installed, so it
// imports only Node itself.
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync } from "node:fs";
import path from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { npmCommand } from "./npm.mjs";

const scripts = path.dirname(fileURLToPath(import.meta.url));
const root = path.dirname(scripts);
/** Names the packages with Node.js, one for each platform. A project of its own: npm downloads 100 MB only where they are needed. */
const manifests = path.join(scripts, "node");

/**
 * The Node.js that package.json "engines" asks for: the one that runs this, or else one from npm, installed on first use. It comes first on
 * PATH, so that child processes (npm, npx, Pulumi's language host, the workers of vitest) find the same one.
 * @returns {string | undefined} its executable; undefined after a message that says what is missing
 */
export function supportedNode() {
    const { engines } = JSON.parse(readFileSync(path.join(root, "package.json"), "utf8"));
    const minimum = engines.node.replace(">=", "");
    const own = process.versions.node;
    if (isAtLeast(own, minimum)) {
        return process.execPath;
    }
    try {
        return useNode(installedNode() ?? installNode(own), minimum);
    } catch (error) {
        console.error(
            `node "${own}": is too old, and no other could be installed (${error.message}); install version ${minimum} or later and put it first on PATH`,
        );
        return undefined;
    }
}

/**
 * @param {string} version
 * @param {string} minimum - major and minor version
 */
export function isAtLeast(version, minimum) {
    const [major, minor] = version.split(".").map(Number);
    const [leastMajor, leastMinor] = minimum.split(".").map(Number);
    return major > leastMajor || (major === leastMajor && minor >= leastMinor);
}

/**
 * @param {string} node
 * @param {string} minimum
 */
function useNode(node, minimum) {
    const { error, stdout } = spawnSync(node, ["--version"], { encoding: "utf8" });
    const version = stdout?.trim().replace("v", "") ?? "";
    if (!isAtLeast(version, minimum)) {
        throw new Error(`${node} ${error === undefined ? "does not run on this machine" : error.message}`);
    }
    // In place: on Windows, the names of a copy would be case-sensitive.
    process.env.PATH = [path.dirname(node), process.env.PATH].join(path.delimiter);
    process.env.NODE = node;
    process.env.npm_node_execpath = node;
    return node;
}

/** A folder for each content of the manifests: another version is another folder. */
function installFolder() {
    const lock = readFileSync(path.join(manifests, "package-lock.json"));
    return path.join(root, ".local", "node", createHash("sha256").update(lock).digest("hex").slice(0, 16));
}

/** @returns {string | undefined} */
function installedNode(folder = installFolder()) {
    const packages = path.join(folder, "node_modules");
    const file = process.platform === "win32" ? "node.exe" : "node";
    return existsSync(packages)
        ? readdirSync(packages)
              .map((name) => path.join(packages, name, "bin", file))
              .find((executable) => existsSync(executable))
        : undefined;
}

/** @param {string} own - the version that is too old */
function installNode(own) {
    console.error(`node "${own}": is too old; installing another one into .local/node (100 MB, once)`);
    const folder = installFolder();
    // Complete or not at all: another process may install at the same time.
    const draft = `${folder}.${process.pid}`;
    try {
        mkdirSync(draft, { recursive: true });
        cpSync(manifests, draft, { recursive: true });
        runNpm(draft);
        if (installedNode(draft) === undefined) {
            throw new Error(`npm has no Node.js for ${process.platform} on ${process.arch}`);
        }
        removeOthers(draft);
        renameSync(draft, folder);
        return installedNode();
    } catch (error) {
        const node = installedNode();
        if (node === undefined) {
            throw error;
        }
        return node;
    } finally {
        rmSync(draft, { recursive: true, force: true });
    }
}

/** @param {string} folder */
function runNpm(folder) {
    const { program, before } = npmCommand();
    const npmArguments = [...before, "ci", "--no-audit", "--no-fund", "--loglevel=error"];
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
 * @param {string} draft
 */
function removeOthers(draft) {
    const folder = path.dirname(draft);
    const current = path.basename(installFolder());
    for (const name of readdirSync(folder)) {
        // A name with a dot is the draft of a process that may still run.
        if (name !== current && !name.includes(".")) {
            rmSync(path.join(folder, name), { recursive: true, force: true });
        }
    }
}
