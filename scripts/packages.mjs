import { spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { npmCommand } from "./npm.mjs";

/**
 * Whether node_modules holds what package-lock.json says. Compared by content: after a checkout, times tell nothing.
 * @param {string} root
 */
export function arePackagesCurrent(root) {
    const installedList = path.join(root, "node_modules", ".package-lock.json");
    if (!existsSync(installedList)) {
        return false;
    }
    const wanted = readPackages(path.join(root, "package-lock.json"));
    const installed = readPackages(installedList);
    return (
        // Packages for other platforms are in the lock file, but not installed.
        [...wanted].every(([place, { version, optional, devOptional }]) => {
            const found = installed.get(place);
            return found === undefined ? optional || devOptional : found.version === version;
        }) && [...installed.keys()].every((place) => wanted.has(place))
    );
}

/**
 * Installs exactly what package-lock.json says.
 * @param {string} root
 */
export function installPackages(root) {
    const { program, before } = npmCommand();
    const { status } = spawnSync(program, [...before, "ci", "--no-audit", "--no-fund", "--loglevel=error"], {
        cwd: root,
        stdio: ["ignore", "ignore", "inherit"],
    });
    return status === 0;
}

/** @param {string} file */
function readPackages(file) {
    const { packages } = JSON.parse(readFileSync(file, "utf8"));
    return new Map(Object.entries(packages).filter(([place]) => place !== ""));
}
