// The first thing that npm start, stop, status, up, topology and test run. It must work with nothing installed, so it imports only Node itself.
import { readFileSync } from "node:fs";
import path from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { runCommand } from "./command.mjs";
import { arePackagesCurrent, installPackages } from "./packages.mjs";

const root = fileURLToPath(new URL("..", import.meta.url));

const minimum = JSON.parse(readFileSync(path.join(root, "package.json"), "utf8")).engines.node.replace(
    ">=",
    "",
);
if (!isAtLeast(process.versions.node, minimum)) {
    fail(`node "${process.versions.node}": is too old; install version ${minimum} or later`);
} else if (!arePackagesCurrent(root)) {
    console.error("Installing the packages of package-lock.json");
    if (!installPackages(root)) {
        fail('command "npm ci": failed; see above, and check that this machine reaches the package registry');
    }
}
if (process.exitCode === undefined) {
    const [command, ...rest] = process.argv.slice(2);
    process.exitCode = await runCommand(command, rest);
}

/**
 * @param {string} version
 * @param {string} least
 */
function isAtLeast(version, least) {
    const [major, minor] = version.split(".").map(Number);
    const [leastMajor, leastMinor = 0] = least.split(".").map(Number);
    return major > leastMajor || (major === leastMajor && minor >= leastMinor);
}

/** @param {string} sentence */
function fail(sentence) {
    console.error(sentence);
    if (process.argv[2] === "test") {
        console.log("0 passed, 1 failed");
    }
    process.exitCode = 1;
}
