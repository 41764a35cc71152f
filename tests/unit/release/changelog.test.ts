import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { changelogProblems, readSections } from "../../../scripts/release/changelog.mjs";
import { root } from "../../../scripts/workspaces.mjs";

const changelog = readFileSync(join(root, "CHANGELOG.md"), "utf8");
const { version } = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as {
    readonly version: string;
}; // npm's format

/** A changelog with these sections below "Unreleased", each with one line. */
function withSections(...headings: readonly string[]): string {
    return [
        "# Changelog",
        "",
        "## Unreleased",
        "",
        ...headings.flatMap((each) => [`## ${each}`, "- add a queue"]),
    ].join("\n");
}

describe("the changelog", () => {
    it("has a section for this version, and its versions descend, each with a date and changes", () => {
        expect(changelogProblems(changelog, version)).toEqual([]);
    });

    it("has what to do for an upgrade to this version", () => {
        const section = readSections(changelog).find((each) => each.version === version);
        expect(section?.text).toMatch(/^### Upgrading$/mu);
    });

    it.each([
        ["nothing", ["1.0.0 - 2026-11-29"], []],
        ["nothing with a prerelease", ["1.1.0-rc.1 - 2026-12-01", "1.0.0 - 2026-11-29"], []],
        [
            "a date that is missing",
            ["1.0.0"],
            ['section "1.0.0": has no date; write "## 1.0.0 - YYYY-MM-DD"'],
        ],
        [
            "a date that no calendar has",
            ["1.0.0 - 2026-02-30"],
            ['section "1.0.0": has no date; write "## 1.0.0 - YYYY-MM-DD"'],
        ],
        [
            "an order that is wrong",
            ["1.0.0 - 2026-11-29", "1.1.0 - 2026-12-01"],
            ['section "1.1.0": is below an older version; sort the versions, newest first'],
        ],
        [
            "a version twice",
            ["1.0.0 - 2026-11-29", "1.0.0 - 2026-11-29"],
            ['section "1.0.0": is below an older version; sort the versions, newest first'],
        ],
        [
            "a name that is not a version",
            ["1.0.0 - 2026-11-29", "0.9 - 2026-11-28"],
            ['section "0.9": is not a version; write one such as 1.1.0'],
        ],
        [
            "a version that is missing",
            ["0.9.0 - 2026-11-28"],
            ['section "1.0.0": is missing; move the lines of "Unreleased" below "## 1.0.0 - YYYY-MM-DD"'],
        ],
    ])("is checked: %s", (_, headings, problems) => {
        expect(changelogProblems(withSections(...headings), "1.0.0")).toEqual(
            problems.map((problem) => `CHANGELOG.md: ${problem}`),
        );
    });

    it("is checked for empty sections, unknown headings and the place of the unreleased changes", () => {
        const text = "## 1.0.0 - 2026-11-29\n\n### New\n\n- a line\n\n## 0.9.0 - 2026-11-28\n";
        expect(changelogProblems(text, "0.9.0")).toEqual([
            'CHANGELOG.md: section "Unreleased": is not the first; put it on top',
            'CHANGELOG.md: section "0.9.0": is empty; write what changed, or remove it',
            'CHANGELOG.md: heading "New": is unknown; choose from Added, Changed, Deprecated, Removed, Fixed, Security, Upgrading',
        ]);
    });
});
