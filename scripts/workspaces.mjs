import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { sourceCondition } from "./nodeArguments.mjs";

export const root = fileURLToPath(new URL("..", import.meta.url));

/**
 * What a package can be imported by.
 * @typedef {object} Entrance
 * @property {string} specifier - such as `@spot-messaging/topology/check`
 * @property {string} name - of its output without the ending, such as `check`; `index` for the package itself
 * @property {string} source - relative to the package's folder, as are the next two
 * @property {string} types
 * @property {string} output
 */

/**
 * A published package of this repository.
 * @typedef {object} Workspace
 * @property {string} name - such as `topology`
 * @property {string} folder - absolute
 * @property {Record<string, any>} manifest - its package.json
 * @property {Entrance[]} entrances
 */

/** @returns {Workspace[]} the packages in the order of their names */
export function readWorkspaces() {
    const packages = path.join(root, "packages");
    return readdirSync(packages)
        .sort()
        .map((name) => {
            const folder = path.join(packages, name);
            const manifest = JSON.parse(readFileSync(path.join(folder, "package.json"), "utf8"));
            return { name, folder, manifest, entrances: entrancesOf(manifest) };
        });
}

/**
 * @param {Record<string, any>} manifest
 * @returns {Entrance[]}
 */
function entrancesOf(manifest) {
    return Object.entries(manifest.exports)
        .filter(([, target]) => typeof target === "object")
        .map(([subpath, target]) => ({
            specifier: path.posix.join(manifest.name, subpath),
            name: subpath === "." ? "index" : subpath.slice("./".length),
            source: target[sourceCondition],
            types: target.types,
            output: target.default,
        }));
}
