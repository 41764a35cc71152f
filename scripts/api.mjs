// npm run api: writes what each entrance of the packages exports to packages/*/api; with --check, fails where that differs from what is committed.
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import process from "node:process";
import { apiReport } from "./apiReport.mjs";
import { readWorkspaces, root } from "./workspaces.mjs";

const isCheck = process.argv.includes("--check");
const problems = readWorkspaces().flatMap((workspace) => {
    const reports = workspace.entrances.map((entrance) => ({
        ...apiReport(workspace.folder, entrance),
        specifier: entrance.specifier,
        file: `${entrance.name}.api.md`,
    }));
    return [...namelessTypes(reports), ...keepReports(path.join(workspace.folder, "api"), reports)];
});
for (const problem of problems) {
    console.error(problem);
}
process.exitCode = problems.length > 0 ? 1 : 0;

/** @typedef {import("./apiReport.mjs").ApiReport & { specifier: string, file: string }} EntranceReport */

/**
 * What a user of an entrance must know and cannot: exports without a comment, and parts of an export that have no name outside.
 * @param {EntranceReport[]} reports - of one package
 */
function namelessTypes(reports) {
    const exported = new Set(reports.flatMap((report) => report.exported));
    return reports.flatMap(({ specifier, mentioned, undocumented }) => [
        ...mentioned
            .filter((name) => !exported.has(name))
            .map(
                (name) =>
                    `package "${specifier}": "${name}" is part of an export, but no entrance exports it; export it`,
            ),
        ...undocumented.map(
            (name) => `package "${specifier}": export "${name}" has no comment; write one at its declaration`,
        ),
    ]);
}

/**
 * @param {string} folder
 * @param {EntranceReport[]} reports
 * @returns {string[]} problems
 */
function keepReports(folder, reports) {
    mkdirSync(folder, { recursive: true });
    const old = readdirSync(folder).filter((name) => reports.every(({ file }) => file !== name));
    const changed = reports.filter(({ file, text }) => {
        const place = path.join(folder, file);
        return !existsSync(place) || readFileSync(place, "utf8") !== text;
    });
    if (isCheck) {
        return [...old, ...changed.map(({ file }) => file)].map((name) => {
            const place = path.relative(root, path.join(folder, name));
            return `file "${place}": differs from what its package exports; run npm run api, and commit it`;
        });
    }
    for (const name of old) {
        rmSync(path.join(folder, name));
    }
    for (const { file, text } of changed) {
        writeFileSync(path.join(folder, file), text);
    }
    return [];
}
