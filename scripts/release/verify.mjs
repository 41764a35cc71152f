// npm run release:verify -- [--tag TAG] [--main REVISION]: whether this commit can be released. Writes the notes of the release.
import { spawnSync } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import process from "node:process";
import { parseArgs } from "node:util";
import { root } from "../workspaces.mjs";
import { changelogProblems, readSections } from "./changelog.mjs";
import { notesFile } from "./places.mjs";
import { readVersions } from "./versions.mjs";

const { values } = parseArgs({ options: { tag: { type: "string" }, main: { type: "string" } } });
const { version } = JSON.parse(readFileSync(path.join(root, "package.json"), "utf8"));
const changelog = readFileSync(path.join(root, "CHANGELOG.md"), "utf8");

const problems = [
    ...tagProblems(values.tag),
    ...branchProblems(values.main),
    ...readVersions(root)
        .filter((each) => each.version !== version)
        .map(
            (each) =>
                `${each.place}: is "${each.version}", not "${version}"; run npm run release:version -- ${version}`,
        ),
    ...changelogProblems(changelog, version),
];
for (const problem of problems) {
    console.error(problem);
}
if (problems.length > 0) {
    process.exitCode = 1;
} else {
    const notes = readSections(changelog).find((section) => section.version === version)?.text;
    mkdirSync(path.dirname(notesFile), { recursive: true });
    writeFileSync(notesFile, `${notes}\n`);
    console.log(`Version ${version} can be released`);
}

/** @param {string | undefined} tag - none in a dry run */
function tagProblems(tag = "") {
    return tag === "" || tag === `v${version}`
        ? []
        : [
              `tag "${tag}": is not the version of the packages, "${version}"; tag v${version}, or write the version of the tag with npm run release:version`,
          ];
}

/** @param {string | undefined} main - none in a dry run */
function branchProblems(main = "") {
    if (main === "") {
        return [];
    }
    const { status } = spawnSync("git", ["merge-base", "--is-ancestor", "HEAD", main], {
        cwd: root,
        stdio: "ignore",
    });
    return status === 0
        ? []
        : [`commit "HEAD": is not part of "${main}"; merge it there first, and tag the merged commit`];
}
