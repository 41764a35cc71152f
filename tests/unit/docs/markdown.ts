import { readFileSync } from "node:fs";
import { join } from "node:path";
import { projectRoot } from "../../../src/cli/project.ts";

/** A fenced code block of a Markdown file, without the indentation of the list that it is in. */
export interface CodeBlock {
    /** What follows the fence, such as `sh`. */
    readonly info: string;
    readonly text: string;
}

/** A section of a Markdown file: its heading, and its code blocks in their order. */
export interface Section {
    readonly heading: string;
    readonly blocks: readonly CodeBlock[];
}

/** Reads the sections of second level of a file of this repository; what comes before the first has the heading "". */
export function sectionsOf(file: string): readonly Section[] {
    const text = readFileSync(join(projectRoot, file), "utf8");
    return `## \n${text}`
        .split(/^## /m)
        .slice(1)
        .map((part) => ({ heading: part.split("\n", 1)[0] ?? "", blocks: codeBlocks(part) }));
}

function codeBlocks(text: string): readonly CodeBlock[] {
    return [...text.matchAll(/^( *)```(.*)\n([^]*?)^\1```$/gm)].map(
        ([, indent = "", info = "", code = ""]) => ({
            info,
            text: code.replaceAll(new RegExp(`^${indent}`, "gm"), ""),
        }),
    );
}
