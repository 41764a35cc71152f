import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { projectRoot } from "../../../src/cli/project.ts";

const text = readFileSync(join(projectRoot, "docs/adr-002.md"), "utf8");

/** What the page names as proof: a file from the repository's root, and the title of a test in it. */
const proofs = [...text.matchAll(/\]\(\.\.\/([^)]+)\): "([^"]+)"/g)].map(([, file = "", title = ""]) => ({
    file,
    title,
}));

// That the files of its links exist is proved for all pages in links.test.ts.
it.each(proofs)("docs/adr-002.md names a test that exists: $file, $title", ({ file, title }) => {
    expect(file).toMatch(/test/);
    expect(readFileSync(join(projectRoot, file), "utf8")).toContain(title);
});

it("docs/adr-002.md has a verdict in every row, and a proof for nearly all", () => {
    const rows = text
        .split("\n")
        .filter((line) => line.startsWith("| ") && !/^\| (?:requirement|note) \|/.test(line));
    expect(rows.filter((row) => !/^\| [^|]+ \| (?:yes|partly)/.test(row))).toEqual([]);
    const without = rows.filter((row) => !/\]\(\.\.\/[^)]+\): "/.test(row));
    expect(without.filter((row) => !/see above|npm run bench/.test(row))).toEqual([]);
});
