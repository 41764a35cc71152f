import { execFileSync } from "node:child_process";
import { appendFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { it } from "vitest";
import { projectRoot } from "../../src/cli/project.ts";

/** A row of a table of experiments. */
export interface Row {
    readonly group: string;
    /** The promise, as a sentence. */
    readonly experiment: string;
    /** What goes wrong during it. @default - the promise names it */
    readonly fault?: string;
    readonly result: "holds" | "fails";
    readonly seconds: number;
    /** Measured figures, such as `services elsewhere after 92 s`. */
    readonly figures: readonly string[];
    /** When it ended, in milliseconds since 1970. */
    readonly at: number;
}

/** Collects the figures of one experiment. */
export type Note = (figure: string) => void;

/** What an experiment tries. */
export type Trial = Pick<Row, "group" | "experiment" | "fault">;

/** Experiments whose results are a table in a page of `docs/reliability`. */
export interface ExperimentTable {
    /** Declares a test that is also a row of the table. */
    readonly experiment: (trial: Trial, run: (note: Note) => Promise<void>) => void;
    /**
     * Writes the section of the page, and leaves the rest. A run of a part renews the rows of that part.
     * @param facts the circumstances of the run, with their names
     * @returns the page's path
     */
    readonly write: (facts: readonly (readonly [name: string, value: string])[]) => string;
}

/** Where a table is written, and by which command. */
export interface TablePlace {
    /** The rows of all runs are collected in `.local/reports/<name>-experiments.jsonl`. */
    readonly name: string;
    /** The file name of the page, without its folder. */
    readonly page: string;
    readonly command: string;
}

export function experimentTable({ name, page: file, command }: TablePlace): ExperimentTable {
    const rowsFile = path.join(projectRoot, ".local", "reports", `${name}-experiments.jsonl`);
    const page = path.join(projectRoot, "docs", "reliability", file);
    return {
        experiment: (trial, run) => {
            it([trial.experiment, trial.fault].filter((part) => part !== undefined).join(": "), async () => {
                const figures: string[] = [];
                const begun = performance.now();
                const record = (result: Row["result"]): void => {
                    const seconds = Math.round((performance.now() - begun) / 1_000);
                    const row: Row = { ...trial, result, seconds, figures, at: Date.now() };
                    mkdirSync(path.dirname(rowsFile), { recursive: true });
                    appendFileSync(rowsFile, `${JSON.stringify(row)}\n`);
                };
                try {
                    await run((figure) => figures.push(figure));
                } catch (error) {
                    figures.push(String(error).split("\n")[0] ?? "");
                    record("fails");
                    throw error;
                }
                record("holds");
            });
        },
        write: (facts) => {
            const begin = `<!-- experiments: written by ${command} -->`;
            const end = "<!-- end of experiments -->";
            const text = readFileSync(page, "utf8");
            const [from, to] = [text.indexOf(begin), text.indexOf(end)];
            if (from < 0 || to < from) {
                throw new Error(`${page}: the lines "${begin}" and "${end}" are missing`);
            }
            const lines = reportLines(lastRows(text.slice(from, to), rowsFile), facts);
            writeFileSync(page, `${text.slice(0, from)}${begin}\n\n${lines.join("\n")}\n\n${text.slice(to)}`);
            return page;
        },
    };
}

/** The rows of a section of a page, as {@link reportLines} wrote them. */
export function rowsOf(section: string): readonly Row[] {
    const rows: Row[] = [];
    let group = "";
    let columns: readonly string[] = [];
    for (const text of section.split("\n")) {
        group = /^### (.+)$/.exec(text)?.[1] ?? group;
        const cells = text
            .split(/(?<!\\)\|/)
            .slice(1, -1)
            .map((cell) => cell.trim().replaceAll(String.raw`\|`, "|"));
        if (cells[0] === "experiment") {
            columns = cells;
        }
        const {
            experiment = "",
            fault,
            result,
            seconds,
            figures = "",
            ...rest
        } = Object.fromEntries(columns.map((column, index) => [column, cells[index] ?? ""]));
        if (result === "holds" || result === "fails") {
            rows.push({
                group,
                experiment,
                ...(fault !== undefined && fault !== "" && { fault }),
                result,
                seconds: Number(seconds),
                figures: figures === "" ? [] : figures.split("; "),
                at: Date.parse(`${rest[ended] ?? ""}Z`),
            });
        }
    }
    return rows;
}

/** The last row of each experiment: those of the page, and those of runs that did not come to write it. Their order is that of the first runs. */
function lastRows(section: string, rowsFile: string): readonly Row[] {
    const recorded = existsSync(rowsFile)
        ? readFileSync(rowsFile, "utf8")
              .split("\n")
              .filter((text) => text !== "")
              .map((text) => JSON.parse(text) as Row) // written by `experiment`
        : [];
    const last = new Map<string, Row>();
    for (const row of [...rowsOf(section), ...recorded]) {
        const key = [row.group, row.experiment, row.fault ?? ""].join(" ");
        const known = last.get(key);
        if (known === undefined || known.at <= row.at) {
            last.set(key, row);
        }
    }
    return [...last.values()];
}

/** The heading of the last column. */
const ended = "ended (UTC)";

/** The section of a page. */
export function reportLines(
    rows: readonly Row[],
    facts: readonly (readonly [name: string, value: string])[],
): readonly string[] {
    const groups = [...new Set(rows.map(({ group }) => group))];
    const commit = execFileSync("git", ["rev-parse", "--short", "HEAD"], {
        cwd: projectRoot,
        encoding: "utf8",
    }).trim();
    const machine = `${os.cpus().length} processors, ${Math.round(os.totalmem() / 2 ** 30)} GiB, everything on it`;
    const failed = rows.filter(({ result }) => result === "fails").length;
    return [
        "| | |",
        "|---|---|",
        ...[
            ["commit", commit],
            ["machine", machine],
            ...facts,
            ["experiments", `${rows.length}; failed: ${failed}`],
        ].map((cells) => line(cells)),
        ...groups.flatMap((group) => groupLines(rows.filter((row) => row.group === group))),
    ];
}

function groupLines(rows: readonly Row[]): readonly string[] {
    const hasFaults = rows.some(({ fault }) => fault !== undefined);
    const columns = ["experiment", ...(hasFaults ? ["fault"] : []), "result", "seconds", "figures"];
    return [
        "",
        `### ${rows[0]?.group ?? ""}`,
        "",
        line([...columns, ended]),
        `|${"---|".repeat(columns.length + 1)}`,
        ...rows.map(({ experiment, fault, result, seconds, figures, at }) =>
            line([
                experiment,
                ...(hasFaults ? [fault ?? ""] : []),
                result,
                String(seconds),
                figures.join("; "),
                new Date(at).toISOString().slice(0, 16).replace("T", " "),
            ]),
        ),
    ];
}

function line(cells: readonly string[]): string {
    return `| ${cells.map((text) => text.replaceAll("|", String.raw`\|`)).join(" | ")} |`;
}
