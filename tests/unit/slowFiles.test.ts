import { existsSync } from "node:fs";
import { join, relative } from "node:path";
import { describe, expect, it } from "vitest";
import type { TestSpecification, Vitest } from "vitest/node";
import { projectRoot } from "../../src/cli/project.ts";
import { SlowFilesFirst, slowFiles } from "../support/slowFilesFirst.ts";

/** A project by its name, as far as the order depends on it. */
function project(name: string): unknown {
    return { name, config: { isolate: true, sequence: { groupOrder: 0 } } };
}

const [unit, broker] = [project("unit"), project("broker")];

/** The order of files by their times; none for a file that never ran. */
async function order(files: readonly (readonly [unknown, string, number?])[]): Promise<readonly string[]> {
    const specifications = files.map(([of, file, duration]) => ({
        moduleId: join(projectRoot, file),
        project: of,
        duration,
    }));
    const cache = {
        getTestSpecificationResult: ({ duration }: { duration?: number }) =>
            duration === undefined ? undefined : { failed: false, duration },
    };
    const context = { cache, config: { root: projectRoot } } as unknown as Vitest; // what a sequencer reads
    const sorted = await new SlowFilesFirst(context).sort(
        specifications as unknown as TestSpecification[], // what a sequencer reads
    );
    return sorted.map(({ moduleId }) => relative(projectRoot, moduleId));
}

describe("slow test files", () => {
    const [walks = "", , oracle = "", chaos = ""] = slowFiles;
    const pinned = "tests/unit/pinned.test.ts";

    it.each(slowFiles)("exist: %s", (file) => {
        expect(existsSync(join(projectRoot, file))).toBe(true);
    });

    it("start before all others where nothing ran before", async () => {
        expect(
            await order([
                [unit, pinned],
                [unit, walks],
            ]),
        ).toEqual([walks, pinned]);
    });

    it("start before all others of their project, and no project between another's files", async () => {
        expect(
            await order([
                [unit, pinned, 10],
                [broker, "tests/broker/top.test.ts", 5],
                [broker, chaos, 300],
                [unit, walks, 1],
                [broker, oracle, 200],
            ]),
        ).toEqual([oracle, chaos, "tests/broker/top.test.ts", walks, pinned]);
    });
});
