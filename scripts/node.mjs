// The only place that decides which Node.js runs the scripts of this project. It must work on Node.js 18 without installed packages, so it
// imports only Node itself.
import { spawnSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { installFolder, installProject } from "./ownProject.mjs";

const scripts = path.dirname(fileURLToPath(import.meta.url));
const root = path.dirname(scripts);
/** Names the packages with Node.js, one for each platform. A project of its own: npm downloads 100 MB only where they are needed. */
const carried = { manifests: path.join(scripts, "node"), parent: path.join(root, ".local", "node") };

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

/** @returns {string | undefined} */
function installedNode(folder = installFolder(carried)) {
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
    installProject(carried, (draft) => {
        if (installedNode(draft) === undefined) {
            throw new Error(`npm has no Node.js for ${process.platform} on ${process.arch}`);
        }
    });
    return installedNode();
}
