import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { marked } from "marked";
import { describe, expect, it } from "vitest";
import { projectRoot } from "../../../src/cli/project.ts";

const files = execFileSync("git", ["ls-files", "--cached", "--others", "--exclude-standard"], {
    cwd: projectRoot,
    encoding: "utf8",
})
    .split("\n")
    .filter((file) => file !== "" && existsSync(join(projectRoot, file)));

const folders = [
    ...new Set(
        files.flatMap((file) => {
            const parts = file.split("/").slice(0, -1);
            return parts.map((_, index) => parts.slice(0, index + 1).join("/"));
        }),
    ),
];

const places = [...files, ...folders];
const roots = new Set(places.map((place) => place.split("/", 1)[0] ?? ""));

// The generated pages name objects of the topology, and the changelog names files as they were.
const pages = files.filter(
    (file) =>
        /^(?:README|ARCHITECTURE|CONTRIBUTING|SECURITY)\.md$|^docs\/.*\.md$|^(?:services|examples|packages\/[^/]+)\/(?:.*\/)?README\.md$/.test(
            file,
        ) && !file.startsWith("docs/topology/"),
);

/** Files that a reader, a command or a broker creates. */
const notInRepository = new Set([
    "Pulumi.mine.yaml",
    "archive.mbox",
    "config.json",
    "definitions.json",
    "folder/",
    "import.json",
    "mail.eml",
    "package.json",
    "review.md",
    "shop.json",
    "theirs.json",
    "topology/access.ts",
    "topology/approvals.yaml",
    "topology/baseline.yaml",
    "topology/index.ts",
]);

/** Folders that are made by commands and ignored by git. */
const made = /^(?:~|\.local|\.pulumi-state|dist|node_modules)(?:\/|$)|\/dist$/;

const extensions = /\w\.(?:md|ts|mjs|cjs|js|py|json|ya?ml|toml|txt|svg|go|eml)$/;

/** The texts in backticks that are the name of a file or a folder. */
function pathsOf(page: string): readonly string[] {
    const spans: string[] = [];
    // What its callback returns, which is nothing.
    void marked.walkTokens(marked.lexer(readFileSync(join(projectRoot, page), "utf8")), (token) => {
        if (token.type === "codespan") {
            spans.push((token as { text: string }).text); // A code span of marked has its text.
        }
    });
    return spans
        .map((text) => text.replaceAll("&lt;", "<").replaceAll("&gt;", ">"))
        .filter((text) => /^[\w.*<>~-]+(?:\/[\w.*<>-]+)*\/?$/.test(text))
        .filter(
            (text) => extensions.test(text) || (text.includes("/") && roots.has(text.split("/", 1)[0] ?? "")),
        )
        .filter((text) => !made.test(text) && !notInRepository.has(text));
}

/** `*` and `<name>` match a part of a name. */
function patternOf(path: string, before = ""): RegExp {
    const parts = path.replace(/\/$/, "").split(/\*|<[^>]+>/);
    return new RegExp(`^${before}${parts.map((part) => part.replaceAll(".", "\\.")).join("[^/]+")}$`);
}

/** A path is relative to the root or to the page's folder; if the root has no such folder, to any folder. */
function exists(page: string, path: string): boolean {
    const isOfRoot = path.includes("/") && roots.has(path.split("/", 1)[0] ?? "");
    const patterns = [path, join(dirname(page), path)].map((each) => patternOf(each));
    const anywhere = isOfRoot ? [] : [patternOf(path, "(?:.*/)?")];
    return places.some((place) => [...patterns, ...anywhere].some((each) => each.test(place)));
}

describe("the files and folders that pages name", () => {
    it.each(pages)("exist: %s", (page) => {
        expect(pathsOf(page).filter((path) => !exists(page, path))).toEqual([]);
    });

    it("are found in backticks, in every kind of page", () => {
        expect(pages.filter((page) => !page.includes("/"))).toEqual([
            "ARCHITECTURE.md",
            "CONTRIBUTING.md",
            "README.md",
            "SECURITY.md",
        ]);
        expect(pathsOf("CONTRIBUTING.md")).toContain("tests/unit/pins/objects.txt");
        expect(new Set(pages.flatMap(pathsOf)).size).toBeGreaterThan(80);
        expect(exists("README.md", "src/nowhere.ts")).toBe(false);
        expect(exists("ARCHITECTURE.md", "nowhere/names.ts")).toBe(false);
        expect(exists("ARCHITECTURE.md", "tests/kube")).toBe(true);
    });
});
