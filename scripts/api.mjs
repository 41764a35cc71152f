// npm run api: writes the exports of each entry point of the packages to packages/*/api; with --check, fails if they differ from the
// committed files.
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import process from "node:process";
import { apiReport } from "./apiReport.mjs";
import { readWorkspaces, root } from "./workspaces.mjs";

const isCheck = process.argv.includes("--check");
const problems = readWorkspaces().flatMap((workspace) => {
    const reports = workspace.entrances.map((entrance) => ({
        specifier: entrance.specifier,
        file: `${entrance.name}.api.md`,
        parts: apiReport(workspace.folder, entrance),
    }));
    return [...unclearExports(workspace.folder, reports), ...keepReports(workspace.folder, reports)];
});
for (const problem of problems) {
    console.error(problem);
}
process.exitCode = problems.length > 0 ? 1 : 0;

/** @typedef {{ specifier: string, file: string, parts: import("./apiReport.mjs").ReportPart[] }} EntranceReport */

/**
 * Gaps of a package for its users: exports without a comment, and types of exports that no entry point exports.
 * @param {string} folder
 * @param {EntranceReport[]} reports
 */
function unclearExports(folder, reports) {
    const exported = exportedNames(reports);
    const importable = declaredTypes(path.join(folder, "dist", "types"));
    return reports.flatMap(({ specifier, parts }) => [
        ...parts
            .map(({ name = "" }) => name.replace(/_\d+$/, ""))
            .filter((name) => importable.has(name) && !exported.has(name))
            .map(
                (name) =>
                    `package "${specifier}": type "${name}" is part of an export, and no entrance exports it; export it`,
            ),
        ...parts
            .filter(({ isUndocumented }) => isUndocumented)
            .map(
                ({ name }) =>
                    `package "${specifier}": export "${name}" has no comment; write one at its declaration`,
            ),
    ]);
}

/** @param {EntranceReport[]} reports */
function exportedNames(reports) {
    return new Set(
        reports.flatMap(({ parts }) => parts.filter((part) => part.isExported).map(({ name }) => name)),
    );
}

/**
 * The types that modules of a package export to each other.
 * @param {string} folder
 */
function declaredTypes(folder) {
    const files = readdirSync(folder, { recursive: true, encoding: "utf8" }).filter((file) =>
        file.endsWith(".d.ts"),
    );
    return new Set(
        files.flatMap((file) =>
            [
                ...readFileSync(path.join(folder, file), "utf8").matchAll(
                    /^export (?:declare )?(?:abstract )?(?:class|interface|type) (\w+)/gm,
                ),
            ].map(([, name]) => name),
        ),
    );
}

/**
 * Declarations that are not exported appear in only one report of the package.
 * @param {EntranceReport} report
 * @param {Set<string | undefined>} exported - by the package
 */
function textOf({ specifier, parts }, exported) {
    const shown = parts.filter(
        ({ name, isExported }) => isExported || name === undefined || !exported.has(name),
    );
    const code = shown.map(({ text }) => text).join("\n\n");
    return `## ${specifier}\n\nWritten by \`npm run api\`, with API Extractor.\n\n\`\`\`ts\n${code}\n\`\`\`\n`;
}

/**
 * @param {string} folder
 * @param {EntranceReport[]} reports
 * @returns {string[]} problems
 */
function keepReports(folder, reports) {
    const place = path.join(folder, "api");
    mkdirSync(place, { recursive: true });
    const exported = exportedNames(reports);
    const texts = new Map(reports.map((report) => [report.file, textOf(report, exported)]));
    const old = readdirSync(place).filter((name) => !texts.has(name));
    const changed = [...texts].filter(([name, text]) => {
        const file = path.join(place, name);
        return !existsSync(file) || readFileSync(file, "utf8") !== text;
    });
    if (isCheck) {
        return [...old, ...changed.map(([name]) => name)].map((name) => {
            const file = path.relative(root, path.join(place, name));
            return `file "${file}": does not match the exports of its package; run npm run api, and commit it`;
        });
    }
    for (const name of old) {
        rmSync(path.join(place, name));
    }
    for (const [name, text] of changed) {
        writeFileSync(path.join(place, name), text);
    }
    return [];
}
