import { existsSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { projectRoot } from "../../src/cli/project.ts";
import { slowFiles } from "../support/slowFilesFirst.ts";

it.each(slowFiles)("a slow test file that starts first exists: %s", (file) => {
    expect(existsSync(join(projectRoot, file))).toBe(true);
});
