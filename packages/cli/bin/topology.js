#!/usr/bin/env node
// The command `topology`. An older Node.js can run this file too, and prints what is missing instead of a syntax error.
import { readFileSync } from "node:fs";
import module from "node:module";
import process from "node:process";

const manifest = JSON.parse(readFileSync(new URL("../package.json", import.meta.url), "utf8"));
const minimum = manifest.engines.node.replace(">=", "");

if (isOlder(process.versions.node, minimum)) {
    console.error(`node "${process.versions.node}": is too old; install version ${minimum} or later`);
    process.exitCode = 2;
} else {
    // Compiling the command takes longer than most of its runs: Node.js keeps the compiled code in its cache.
    module.enableCompileCache();
    const { runProcess } = await import("@spot-messaging/cli/main");
    await runProcess();
}

/**
 * @param {string} version
 * @param {string} other
 */
function isOlder(version, other) {
    const [major, minor] = version.split(".").map(Number);
    const [otherMajor, otherMinor = 0] = other.split(".").map(Number);
    return major < otherMajor || (major === otherMajor && minor < otherMinor);
}
