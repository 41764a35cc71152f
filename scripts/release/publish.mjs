// node scripts/release/publish.mjs [--registry URL] [--without-provenance]: publishes what npm run release:pack made. It imports only Node
// itself: the job that may publish installs no other code.
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import path from "node:path";
import process from "node:process";
import { parseArgs } from "node:util";
import { npmCommand } from "../npm.mjs";
import { filesFolder, packagesFile } from "./places.mjs";

const { values } = parseArgs({
    options: {
        registry: { type: "string", default: "https://registry.npmjs.org/" },
        "without-provenance": { type: "boolean", default: false },
    },
});
/** @type {import("./packPackages.mjs").PackedPackage[]} */
const packages = JSON.parse(readFileSync(packagesFile, "utf8"));

try {
    publishAll();
} catch (error) {
    console.error(error.message);
    process.exitCode = 1;
}

/** Publishes what is not there yet: a run that stopped half-way can be repeated. */
function publishAll() {
    const published = packages.map((each) => ({ ...each, found: publishedIntegrity(each) }));
    const other = published.filter(({ found, integrity }) => found !== undefined && found !== integrity);
    const missing = published.filter(({ found }) => found === undefined);
    if (other.length > 0 || missing.length === 0) {
        const { name, version } = other[0] ?? packages[0];
        const content = other.length > 0 ? "with another content" : "with all other packages";
        throw new Error(
            `version "${version}" of "${name}": is already published, ${content}; write the next version with npm run release:version`,
        );
    }
    for (const { name, version, filename } of missing) {
        const tag = version.includes("-") ? "next" : "latest";
        const provenance = `--provenance=${!values["without-provenance"]}`;
        const file = path.join(filesFolder, filename);
        const { status, stderr } = npm("publish", file, "--access=public", `--tag=${tag}`, provenance);
        if (status !== 0) {
            throw new Error(`version "${version}" of "${name}": was not published; ${stderr.trim()}`);
        }
        console.log(`Published ${name} ${version} as ${tag}`);
    }
}

/**
 * The digest of a package in the registry; undefined where the registry does not have this version.
 * @param {import("./packPackages.mjs").PackedPackage} each
 * @returns {string | undefined}
 */
function publishedIntegrity({ name, version }) {
    const { status, stdout, stderr } = npm("view", `${name}@${version}`, "dist.integrity", "--json");
    const answer = stdout.trim() === "" ? undefined : JSON.parse(stdout);
    if (status !== 0 && answer?.error?.code !== "E404") {
        throw new Error(`registry "${values.registry}": does not answer; ${stderr.trim()}`);
    }
    return status === 0 ? answer : undefined;
}

/** @param {string[]} options */
function npm(...options) {
    const { program, before } = npmCommand();
    const all = [...before, ...options, `--registry=${values.registry}`, "--loglevel=error"];
    return spawnSync(program, all, { encoding: "utf8" });
}
