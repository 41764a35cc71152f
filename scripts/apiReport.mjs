import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { Extractor, ExtractorConfig, ExtractorLogLevel } from "@microsoft/api-extractor";

/**
 * What an entrance exports, and what is wrong with it.
 * @typedef {object} ApiReport
 * @property {string} text - as it is committed
 * @property {string[]} exported - names
 * @property {string[]} undocumented - names of exports without a comment
 * @property {string[]} mentioned - names of types that are part of an export, and that this entrance does not export
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
 * Reads the declarations that the build made for an entrance.
 * @param {string} folder - the package's
 * @param {import("./workspaces.mjs").Entrance} entrance
 * @returns {ApiReport}
 */
export function apiReport(folder, { specifier, types }) {
    const reportFolder = mkdtempSync(path.join(tmpdir(), "api-report-"));
    const mentioned = [];
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
                },
                docModel: { enabled: false },
                dtsRollup: { enabled: false },
                tsdocMetadata: { enabled: false },
                messages: {
                    compilerMessageReporting: silent,
                    extractorMessageReporting: {
                        ...silent,
                        "ae-forgotten-export": { logLevel: ExtractorLogLevel.Warning },
                    },
                    tsdocMessageReporting: silent,
                },
            },
        });
        Extractor.invoke(config, {
            localBuild: true,
            messageCallback: (message) => {
                message.handled = true;
                const [, name] = /^The symbol "([^"]+)"/.exec(message.text) ?? [];
                if (message.messageId === "ae-forgotten-export" && name !== undefined) {
                    mentioned.push(name);
                }
            },
        });
        const report = readFileSync(path.join(reportFolder, "report.api.md"), "utf8").replaceAll(
            "\r\n",
            "\n",
        );
        return { text: tidied(report, specifier), mentioned, ...exportsIn(report) };
    } finally {
        rmSync(reportFolder, { recursive: true, force: true });
    }
}

/**
 * Only what a reader of a pull request looks for: everything is public, and which member has no comment tells nothing.
 * @param {string} report
 * @param {string} specifier
 */
function tidied(report, specifier) {
    return report
        .replace(
            /^## .*\n[^]*?```ts\n+/,
            `## ${specifier}\n\nMade by \`npm run api\` with API Extractor.\n\n\`\`\`ts\n`,
        )
        .replaceAll(/^ *\/\/ (?:@public|\(undocumented\)|@public \(undocumented\))\n/gm, "")
        .replaceAll(/^\/\/ (?:Warning: |\(No @packageDocumentation).*\n\n?/gm, "")
        .replaceAll(/\n{2,}```\n+$/g, "\n```\n");
}

/** @param {string} report */
function exportsIn(report) {
    const declared = [
        ...report.matchAll(
            /^(\/\/ @public( \(undocumented\))?\n)?export (?:declare |abstract |async )*(?:class|const|function|interface|type|enum) (\w+)/gm,
        ),
    ];
    const named = [...report.matchAll(/^export \{ (?:\w+ as )?(\w+) \}/gm)].map(([, name]) => name);
    return {
        exported: [...declared.map(([, , , name]) => name), ...named],
        undocumented: declared.filter(([, , isBare]) => isBare !== undefined).map(([, , , name]) => name),
    };
}
