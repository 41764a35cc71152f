import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { Extractor, ExtractorConfig, ExtractorLogLevel } from "@microsoft/api-extractor";

/**
 * A part of a report: a declaration, or the imports.
 * @typedef {object} ReportPart
 * @property {string | undefined} name - of what it declares
 * @property {boolean} isExported - else it is only mentioned by what is
 * @property {boolean} isUndocumented - whether an export has no comment
 * @property {string} text
 */

const silent = { default: { logLevel: ExtractorLogLevel.None } };
const compilerOptions = {
    module: "nodenext",
    target: "es2023",
    lib: ["es2023"],
    types: ["node"],
    strict: true,
    skipLibCheck: true,
};

/**
 * The exports of an entry point and the types in them, from the declarations of the build.
 * @param {string} folder - the package's
 * @param {import("./workspaces.mjs").Entrance} entrance
 * @returns {ReportPart[]}
 */
export function apiReport(folder, { types }) {
    const reportFolder = mkdtempSync(path.join(tmpdir(), "api-report-"));
    try {
        const config = ExtractorConfig.prepare({
            packageJsonFullPath: path.join(folder, "package.json"),
            configObjectFullPath: undefined,
            configObject: {
                projectFolder: folder,
                mainEntryPointFilePath: path.join(folder, types),
                compiler: { overrideTsconfig: { compilerOptions, files: [types] } },
                apiReport: {
                    enabled: true,
                    reportFileName: "report.api.md",
                    reportFolder,
                    reportTempFolder: path.join(reportFolder, "draft"),
                    includeForgottenExports: true,
                },
                docModel: { enabled: false },
                dtsRollup: { enabled: false },
                tsdocMetadata: { enabled: false },
                messages: {
                    compilerMessageReporting: silent,
                    extractorMessageReporting: silent,
                    tsdocMessageReporting: silent,
                },
            },
        });
        Extractor.invoke(config, {
            localBuild: true,
            messageCallback: (message) => {
                message.handled = true;
            },
        });
        const report = readFileSync(path.join(reportFolder, "report.api.md"), "utf8");
        return partsOf(report.replaceAll("\r\n", "\n"));
    } finally {
        rmSync(reportFolder, { recursive: true, force: true });
    }
}

/** The start of a declaration: its comment, whether it is exported, its name. */
const declaration =
    /^(?:\/\/ @public( \(undocumented\))?\n)?(export )?(?:declare |abstract |async )*(?:class|const|function|interface|type|enum) (\w+)/;

/**
 * @param {string} report - as API Extractor writes it
 * @returns {ReportPart[]}
 */
function partsOf(report) {
    const [, code = ""] = /```ts\n([^]*?)\n```/.exec(report) ?? [];
    return code
        .replaceAll(/^\/\/ Warning: .*\n/gm, "")
        .split(/\n{2,}/)
        .map((part) => part.trim())
        .filter((part) => part !== "" && !part.startsWith("// (No @packageDocumentation"))
        .map((part) => {
            const [, undocumented, exported, declared] = declaration.exec(part) ?? [];
            const [, passedOn] = /^export \{ (?:\w+ as )?(\w+) \}/.exec(part) ?? [];
            return {
                name: declared ?? passedOn,
                isExported: exported !== undefined || passedOn !== undefined,
                isUndocumented: exported !== undefined && undocumented !== undefined,
                // Everything is public; members need no comments.
                text: part.replaceAll(
                    /^ *\/\/ (?:@public|\(undocumented\)|@public \(undocumented\))\n/gm,
                    "",
                ),
            };
        });
}
