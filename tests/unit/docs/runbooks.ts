import { readFileSync } from "node:fs";
import { join } from "node:path";
import { projectRoot } from "../../../src/cli/project.ts";
import { runbooks } from "../../../src/monitoring/runbooks.ts";
import { type CodeBlock, sectionsOf } from "./markdown.ts";

/** The folder of the runbooks. */
export const runbooksFolder = "docs/runbooks";

export const runbooksIndex = `${runbooksFolder}/README.md`;

/** The pages of alerts. */
export const alertPages = Object.keys(runbooks).map((name) => `${runbooksFolder}/alerts/${name}.md`);

/** The pages of operations, in the order of the index. */
export const operationPages = [
    ...new Set(
        [
            ...readFileSync(join(projectRoot, runbooksIndex), "utf8").matchAll(
                /\]\((operations\/[\w-]+\.md)\)/g,
            ),
        ].map(([, path = ""]) => `${runbooksFolder}/${path}`),
    ),
];

/** Where the commands of a block run: any stack, one platform only, or a deployment with Pulumi's engine. */
export const blockKinds = ["sh", "sh kubernetes", "sh docker", "sh up"] as const;

export function blocksOf(page: string): readonly CodeBlock[] {
    return sectionsOf(page).flatMap(({ blocks }) => blocks);
}

/** The commands of a block: each line is one. */
export function commandsOf({ text }: CodeBlock): readonly string[] {
    return text.split("\n").filter((line) => line !== "");
}

/** The functions and variables that all pages use, for one platform. @throws Error if the index has no such block */
export function preamble(platform: "kubernetes" | "docker"): string {
    const block = blocksOf(runbooksIndex).find(({ info }) => info === `sh ${platform}`);
    if (block === undefined) {
        throw new Error(`${runbooksIndex} has no block for ${platform}`);
    }
    return block.text;
}

/** The lines of an expected output that the real one lacks, in their order. All numbers are equal, and `…` matches any text. */
export function missingLines(expected: string, real: string): readonly string[] {
    const lines = real.split("\n");
    let next = 0;
    return expected
        .split("\n")
        .filter((line) => line !== "")
        .filter((line) => {
            const pattern = lineMatching(line);
            const found = lines.findIndex((each, index) => index >= next && pattern.test(each));
            next = found === -1 ? next : found + 1;
            return found === -1;
        });
}

function lineMatching(line: string): RegExp {
    const source = line
        .trim()
        .replaceAll(/[.*+?^${}()|[\]\\]/g, "\\$&")
        .replaceAll(/\d+/g, "\\d+")
        .replaceAll(/\s+/g, "\\s+")
        .replaceAll("…", ".*");
    return new RegExp(`^\\s*${source}\\s*$`);
}
