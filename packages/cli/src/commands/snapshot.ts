import { lstat, mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { UserError } from "@spot-messaging/topology";
import { renderSvg } from "@spot-messaging/topology/pictures";
import { graphOf, renderDocument } from "@spot-messaging/topology/render";
import { readSnapshot, writeSnapshot } from "@spot-messaging/topology/review";
import { readStackConfig } from "../../../../src/cli/stackFile.ts";
import { parseEnvironment } from "../../../../src/config/parseEnvironment.ts";
import { buildTopology } from "../../../../src/topology/index.ts";

/** A generated file; `undefined` content: it belongs to a stack that is gone. */
interface Generated {
    /** From the project's folder, with slashes on every system. */
    readonly path: string;
    readonly content: string | undefined;
}

/**
 * Writes the snapshot and the documents of every stack that has a file, and removes those of stacks that have none any more.
 * @returns the paths of what was not as it should be
 */
export async function writeSnapshots(root: string): Promise<readonly string[]> {
    const stale = await staleFiles(root);
    for (const { path, content } of stale) {
        const file = join(root, path);
        // First away with what is there: through a link, somebody else's file would be written.
        await rm(file, { force: true });
        if (content !== undefined) {
            await mkdir(dirname(file), { recursive: true });
            await writeFile(file, content);
        }
    }
    return stale.map(({ path }) => path);
}

/**
 * Compares the committed files with what would be written now.
 * @throws UserError with the files that differ and the command that mends them
 */
export async function checkSnapshots(root: string): Promise<void> {
    const stale = await staleFiles(root);
    if (stale.length > 0) {
        throw new UserError(
            [
                "the committed topology is not what the program declares:",
                ...stale.map(({ path, content }) =>
                    content === undefined
                        ? `- ${path}: belongs to a stack without a file Pulumi.<stack>.yaml`
                        : `- ${path}: is missing or stale`,
                ),
                "bring it up to date with npm run snapshot, look at the difference, and commit it",
            ].join("\n"),
        );
    }
}

async function staleFiles(root: string): Promise<readonly Generated[]> {
    const stacks = await namesIn(root, /^Pulumi\.(.+)\.yaml$/u);
    const written = await namesIn(join(root, "topology"), /^(.+)\.json$/u);
    const wanted = [
        ...(await Promise.all(stacks.map(filesOf))).flat(),
        ...written
            .filter((stack) => !stacks.includes(stack))
            .flatMap((stack) => pathsOf(stack).map((path) => ({ path, content: undefined }))),
    ];
    const found = await Promise.all(wanted.map(({ path }) => contentOf(join(root, path))));
    return wanted.filter(({ content }, index) => found[index] !== content);
}

function pathsOf(stack: string): readonly [string, string, string] {
    return [`topology/${stack}.json`, `docs/topology/${stack}.md`, `docs/topology/${stack}.svg`];
}

async function filesOf(stack: string): Promise<readonly Generated[]> {
    const topology = buildTopology(parseEnvironment(stack, await readStackConfig(stack)));
    const [snapshotPath, documentPath, picturePath] = pathsOf(stack);
    const text = writeSnapshot(topology, stack);
    // From the text, as everybody else will read it.
    const snapshot = readSnapshot(text, snapshotPath);
    return [
        { path: snapshotPath, content: text },
        { path: documentPath, content: renderDocument(snapshot) },
        {
            path: picturePath,
            content: await renderSvg(graphOf(snapshot.topology), `Topology of stack ${stack}`),
        },
    ];
}

/** The part in parentheses of each file's name that has the form, sorted; none where there is no such folder. */
async function namesIn(folder: string, form: RegExp): Promise<readonly string[]> {
    const names = await readdir(folder).catch((error: unknown) => {
        if (isMissing(error)) {
            return [];
        }
        throw error;
    });
    return names.flatMap((name) => form.exec(name)?.[1] ?? []).sort();
}

/** The text of a file, with the line ends that it had before git changed them; `undefined` where there is none. */
async function contentOf(file: string): Promise<string | undefined> {
    try {
        // What a link leads to is not committed with it.
        return (await lstat(file)).isFile() ? (await readFile(file, "utf8")).replaceAll("\r\n", "\n") : "";
    } catch (error) {
        if (isMissing(error)) {
            return undefined;
        }
        throw error;
    }
}

function isMissing(error: unknown): boolean {
    return error instanceof Error && "code" in error && error.code === "ENOENT";
}
