import { appendFileSync, mkdirSync } from "node:fs";
import path from "node:path";
import { it } from "vitest";
import { projectRoot } from "../../../src/cli/project.ts";

/** A row of the table of experiments. */
export interface Row {
    readonly group: string;
    readonly experiment: string;
    readonly result: "holds" | "fails";
    readonly seconds: number;
    /** Measured figures, such as `services elsewhere after 92 s`. */
    readonly figures: readonly string[];
    /** When it ended, in milliseconds since 1970. */
    readonly at: number;
}

/** Where the rows of this run are collected; the report is made of them. */
export const rowsFile = path.join(projectRoot, ".local", "reports", "cluster-experiments.jsonl");

/** Collects the figures of one experiment. */
export type Note = (figure: string) => void;

/**
 * A test that is also a row of the table in `docs/reliability/kubernetes.md`.
 * @param name the promise, as a sentence
 */
export function experiment(group: string, name: string, run: (note: Note) => Promise<void>): void {
    it(name, async () => {
        const figures: string[] = [];
        const begun = performance.now();
        const record = (result: Row["result"]): void => {
            const seconds = Math.round((performance.now() - begun) / 1_000);
            const row: Row = { group, experiment: name, result, seconds, figures, at: Date.now() };
            mkdirSync(path.dirname(rowsFile), { recursive: true });
            appendFileSync(rowsFile, `${JSON.stringify(row)}\n`);
        };
        try {
            await run((figure) => figures.push(figure));
        } catch (error) {
            record("fails");
            throw error;
        }
        record("holds");
    });
}
