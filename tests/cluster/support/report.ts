import { execFileSync } from "node:child_process";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { projectRoot } from "../../../src/cli/project.ts";
import { type Row, rowsFile } from "./experiment.ts";

const page = path.join(projectRoot, "docs", "reliability", "kubernetes.md");
const begin = "<!-- experiments: written by npm run test:cluster -->";
const end = "<!-- end of experiments -->";

/** The circumstances of a run. */
export interface Circumstances {
    /** Seconds of each step of the start. */
    readonly times: Readonly<Record<string, number>>;
    /** The most memory that all machines and servers used together, in MiB. */
    readonly memory: number;
    /** Such as `Kubernetes v1.34.4`. */
    readonly versions: readonly string[];
}

/** The rows of a section of the page, as {@link reportLines} wrote them. */
export function rowsOf(section: string): readonly Row[] {
    const rows: Row[] = [];
    let group = "";
    for (const line of section.split("\n")) {
        group = /^### (.+)$/.exec(line)?.[1] ?? group;
        const cells = line
            .split(/(?<!\\)\|/)
            .slice(1, -1)
            .map((text) => text.trim().replaceAll(String.raw`\|`, "|"));
        const [experiment = "", result, seconds, figures = "", ended] = cells;
        if (result === "holds" || result === "fails") {
            rows.push({
                group,
                experiment,
                result,
                seconds: Number(seconds),
                figures: figures === "" ? [] : figures.split("; "),
                at: Date.parse(`${ended}Z`),
            });
        }
    }
    return rows;
}

/** The last row of each experiment: those of the page, and those of runs that did not come to write it. Their order is that of the first runs. */
function lastRows(section: string): readonly Row[] {
    const recorded = existsSync(rowsFile)
        ? readFileSync(rowsFile, "utf8")
              .split("\n")
              .filter((line) => line !== "")
              .map((line) => JSON.parse(line) as Row) // written by `experiment`
        : [];
    const last = new Map<string, Row>();
    for (const row of [...rowsOf(section), ...recorded]) {
        const key = `${row.group} ${row.experiment}`;
        const known = last.get(key);
        if (known === undefined || known.at <= row.at) {
            last.set(key, row);
        }
    }
    return [...last.values()];
}

/** The section of the page. */
export function reportLines(
    rows: readonly Row[],
    { times, memory, versions }: Circumstances,
    commit: string,
): readonly string[] {
    const groups = [...new Set(rows.map(({ group }) => group))];
    return [
        "| | |",
        "|---|---|",
        `| commit | ${commit} |`,
        `| versions | ${versions.join(", ")} |`,
        `| machine | ${os.cpus().length} processors, ${Math.round(os.totalmem() / 2 ** 30)} GiB, everything on it |`,
        `| start | ${Object.entries(times)
            .map(([step, seconds]) => `${step} ${seconds} s`)
            .join(", ")} |`,
        `| memory | at most ${memory} MiB |`,
        `| experiments | ${rows.length}; failed: ${rows.filter(({ result }) => result === "fails").length} |`,
        ...groups.flatMap((group) => [
            "",
            `### ${group}`,
            "",
            "| experiment | result | seconds | figures | ended (UTC) |",
            "|---|---|---|---|---|",
            ...rows
                .filter((row) => row.group === group)
                .map(
                    ({ experiment, result, seconds, figures, at }) =>
                        `| ${[experiment, result, String(seconds), figures.join("; "), new Date(at).toISOString().slice(0, 16).replace("T", " ")].map(cell).join(" | ")} |`,
                ),
        ]),
    ];
}

function cell(text: string): string {
    return text.replaceAll("|", String.raw`\|`);
}

/** Writes the section of the page, and leaves the rest. @returns the page's path */
export function writeReport(circumstances: Circumstances): string {
    const text = readFileSync(page, "utf8");
    const [from, to] = [text.indexOf(begin), text.indexOf(end)];
    if (from < 0 || to < from) {
        throw new Error(`${page}: the lines "${begin}" and "${end}" are missing`);
    }
    const commit = execFileSync("git", ["rev-parse", "--short", "HEAD"], {
        cwd: projectRoot,
        encoding: "utf8",
    }).trim();
    const lines = reportLines(lastRows(text.slice(from, to)), circumstances, commit);
    writeFileSync(page, `${text.slice(0, from)}${begin}\n\n${lines.join("\n")}\n\n${text.slice(to)}`);
    return page;
}
