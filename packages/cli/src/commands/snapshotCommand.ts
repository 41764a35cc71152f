import { lstat, mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { renderSvg } from "@spot-messaging/topology/pictures";
import { graphOf, renderDocument } from "@spot-messaging/topology/render";
import { readSnapshot, writeSnapshot } from "@spot-messaging/topology/review";
import { loadProgram, type Program, type ProgramOptions } from "../config/program.ts";
import type { CommandIo, CommandResult } from "../process/commandIo.ts";

export interface SnapshotCommandOptions extends ProgramOptions {
    readonly check?: true;
    readonly quiet?: true;
}

/**
 * Writes the snapshots and documents of the program, or with `--check` only compares them.
 * @throws UsageError
 */
export async function snapshotProgram(
    options: SnapshotCommandOptions,
    { importModule, printError }: Pick<CommandIo, "importModule" | "printError">,
): Promise<CommandResult> {
    const program = await loadProgram(options, importModule);
    if (options.check === true) {
        const problem = await staleSnapshots(program);
        if (problem !== undefined) {
            printError(`${problem}\n`);
            return { output: "", exitCode: 1 };
        }
        return { output: upToDate(options), exitCode: 0 };
    }
    const written = await writeSnapshots(program);
    return { output: written.length === 0 ? upToDate(options) : lines(written), exitCode: 0 };
}

function upToDate({ quiet }: SnapshotCommandOptions): string {
    return quiet === true ? "" : "everything is up to date\n";
}

function lines(texts: readonly string[]): string {
    return texts.map((each) => `${each}\n`).join("");
}

/** A file that differs from what the program declares. */
interface StaleFile {
    /** Relative to the project's folder, with slashes on every system. */
    readonly path: string;
    /** Its new content; `undefined` if the program no longer has the stack. */
    readonly content: string | undefined;
    /** Whether the file exists. */
    readonly exists: boolean;
}

type GeneratedFile = Omit<StaleFile, "exists">;

/**
 * Writes the snapshot and the documents of every stack, and deletes the files of stacks that the program no longer has.
 * @returns the paths of the changed files
 */
async function writeSnapshots(program: Program): Promise<readonly string[]> {
    const stale = await staleFiles(program);
    for (const { path, content } of stale) {
        const file = join(program.folder, path);
        // Unlink first: writing through a symbolic link would overwrite its target.
        await rm(file, { force: true });
        if (content !== undefined) {
            await mkdir(dirname(file), { recursive: true });
            await writeFile(file, content);
        }
    }
    return stale.map(({ path }) => path);
}

/** A message with all stale files and the command that renews them; `undefined` if no file is stale. */
async function staleSnapshots(program: Program): Promise<string | undefined> {
    const stale = await staleFiles(program);
    return stale.length === 0
        ? undefined
        : [
              "the committed topology differs from the topology that the program declares:",
              ...stale.map(
                  ({ path, content, exists }) =>
                      `- ${path}: ${
                          content === undefined
                              ? `belongs to a stack that ${program.file} does not have`
                              : exists
                                ? "is stale"
                                : "is missing"
                      }`,
              ),
              "run topology snapshot, read the difference, and commit it",
          ].join("\n");
}

async function staleFiles(program: Program): Promise<readonly StaleFile[]> {
    const stacks = await program.stackNames();
    const written = await namesIn(join(program.folder, "topology"), /^(.+)\.json$/u);
    const wanted = [
        ...(await Promise.all(stacks.map((stack) => filesOf(program, stack)))).flat(),
        ...written
            .filter((stack) => !stacks.includes(stack))
            .flatMap((stack) => pathsOf(stack).map((path) => ({ path, content: undefined }))),
    ];
    const found = await Promise.all(wanted.map(({ path }) => contentOf(join(program.folder, path))));
    return wanted
        .map((each, index) => ({ ...each, exists: found[index] !== undefined }))
        .filter(({ content }, index) => found[index] !== content);
}

function pathsOf(stack: string): readonly [string, string, string] {
    return [`topology/${stack}.json`, `docs/topology/${stack}.md`, `docs/topology/${stack}.svg`];
}

async function filesOf(program: Program, stack: string): Promise<readonly GeneratedFile[]> {
    const topology = await program.topologyOf(stack);
    const [snapshotPath, documentPath, picturePath] = pathsOf(stack);
    const text = writeSnapshot(topology, stack, program.component);
    // Parsed from the text, like in a review.
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

/** The first group of the pattern in each matching file name, sorted. Empty if the folder does not exist. */
async function namesIn(folder: string, form: RegExp): Promise<readonly string[]> {
    const names = await readdir(folder).catch((error: unknown) => {
        if (isMissing(error)) {
            return [];
        }
        throw error;
    });
    return names.flatMap((name) => form.exec(name)?.[1] ?? []).sort();
}

/** The text of a file with LF line ends, because git may check it out with CRLF; `undefined` if the file does not exist. */
async function contentOf(file: string): Promise<string | undefined> {
    try {
        // The target of a symbolic link is not committed.
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
