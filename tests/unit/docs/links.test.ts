import { execFileSync } from "node:child_process";
import { existsSync, readFileSync, statSync } from "node:fs";
import { dirname, join, normalize } from "node:path";
import { marked, type Token } from "marked";
import { describe, expect, it } from "vitest";
import { projectRoot } from "../../../src/cli/project.ts";

const files = execFileSync("git", ["ls-files", "--cached", "--others", "--exclude-standard", "*.md"], {
    cwd: projectRoot,
    encoding: "utf8",
})
    .split("\n")
    .filter((file) => file !== "" && existsSync(join(projectRoot, file)))
    // Reports of changes, not pages: their links lead to what other projects wrote.
    .filter((file) => !file.includes("/golden/"));

function tokensOf(file: string): readonly Token[] {
    const tokens: Token[] = [];
    // What its callback returns, which is nothing.
    void marked.walkTokens(marked.lexer(readFileSync(join(projectRoot, file), "utf8")), (token) => {
        tokens.push(token);
    });
    return tokens;
}

/** The anchors of a page, as GitHub makes them of headings. */
function anchorsOf(file: string): ReadonlySet<string> {
    const anchors = new Set<string>();
    for (const token of tokensOf(file)) {
        if (token.type === "heading") {
            const text = (token as { text: string }).text; // A heading of marked has its text.
            const anchor = text
                .toLowerCase()
                .replaceAll(/[^\p{L}\p{N} _-]/gu, "")
                .replaceAll(" ", "-");
            let unique = anchor;
            for (let copy = 1; anchors.has(unique); copy += 1) {
                unique = `${anchor}-${copy}`;
            }
            anchors.add(unique);
        }
    }
    return anchors;
}

/** What is wrong with a link of a page; undefined if nothing is. */
function problemOf(page: string, link: string): string | undefined {
    const [path = "", anchor] = link.split("#");
    const target = path === "" ? page : normalize(join(dirname(page), decodeURI(path)));
    if (!existsSync(join(projectRoot, target))) {
        return `${page}: "${link}" leads to no file`;
    }
    if (anchor === undefined || anchor === "") {
        return undefined;
    }
    const isPage = target.endsWith(".md") && statSync(join(projectRoot, target)).isFile();
    return isPage && anchorsOf(target).has(anchor) ? undefined : `${page}: "${link}" leads to no heading`;
}

describe("the relative links of all pages", () => {
    it.each(files)("lead to a file and a heading: %s", (page) => {
        const links = tokensOf(page)
            .filter((token) => token.type === "link" || token.type === "image")
            .map((token) => (token as { href: string }).href) // A link and an image of marked have an address.
            .filter((href) => !/^(?:https?|mailto):/.test(href));
        expect(links.map((link) => problemOf(page, link)).filter((problem) => problem !== undefined)).toEqual(
            [],
        );
    });

    it("are looked for in every page, and some are found", () => {
        expect(files).toContain("README.md");
        expect(files.length).toBeGreaterThan(25);
        expect(problemOf("README.md", "docs/nowhere.md")).toBe(
            'README.md: "docs/nowhere.md" leads to no file',
        );
        expect(problemOf("README.md", "#nowhere")).toBe('README.md: "#nowhere" leads to no heading');
    });
});

describe("the guides of docs/", () => {
    const index = readFileSync(join(projectRoot, "docs/README.md"), "utf8");
    const pages = files.filter((file) => /^docs\/(?:tutorial|how-to|reference|explanation)\//.test(file));

    it.each(pages)("are in the index: %s", (page) => {
        expect(index).toContain(`](${page.slice("docs/".length)})`);
    });

    it("name only npm scripts that exist", () => {
        const { scripts } = JSON.parse(readFileSync(join(projectRoot, "package.json"), "utf8")) as {
            scripts: Record<string, string>; // npm needs them to be texts
        };
        const pagesWithCommands = [
            ...pages,
            "README.md",
            "CONTRIBUTING.md",
            "ARCHITECTURE.md",
            "docs/adr-002.md",
        ];
        const named = pagesWithCommands.flatMap((page) =>
            [
                ...readFileSync(join(projectRoot, page), "utf8").matchAll(/npm run (?:--silent )?([\w:]+)/g),
            ].map(([, name = ""]) => name),
        );
        expect(named.length).toBeGreaterThan(20);
        expect([...new Set(named)].filter((name) => !(name in scripts))).toEqual([]);
    });

    it("leave the first page short", () => {
        expect(readFileSync(join(projectRoot, "README.md"), "utf8").split("\n").length).toBeLessThanOrEqual(
            150,
        );
    });
});
