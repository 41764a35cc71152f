import { UsageError } from "@spot-messaging/topology";
import { type SimpleGit, simpleGit } from "simple-git";
import { maxFileSize, type ProjectFiles, refusals } from "./projectFiles.ts";

/** A project's git history. It reads objects only: it checks out and runs nothing. */
export interface GitRepository {
    /** Whether it has no working tree. */
    readonly isBare: boolean;
    /**
     * The full id of a revision's commit.
     * @param option the option with the revision, such as `--base`
     * @throws UsageError
     */
    readonly commitOf: (revision: string, option: string) => Promise<string>;
    /**
     * The newest common ancestor.
     * @throws UsageError
     */
    readonly mergeBase: (base: Revision, head: Revision) => Promise<string>;
    /**
     * The paths of the files that differ between two commits, from the root of the repository.
     * @throws UsageError
     */
    readonly changedPaths: (base: string, head: string) => Promise<readonly string[]>;
    /** The project's files at a commit. */
    readonly filesAt: (revision: Revision) => ProjectFiles;
}

export interface Revision {
    /** As written on the command line. */
    readonly name: string;
    readonly commit: string;
}

/**
 * The repository that a folder belongs to.
 * @throws UsageError
 */
export async function gitRepository(folder: string): Promise<GitRepository> {
    // With onExit, simple-git takes the output within 50 ms after the exit of git, which may be incomplete.
    const git = simpleGit({ baseDir: folder, completion: { onExit: false } });
    const answer = await raw(git, [
        "rev-parse",
        "--is-shallow-repository",
        "--is-bare-repository",
        "--show-prefix",
    ]);
    const [shallow, bare, prefix = ""] = answer.split("\n");
    const isShallow = shallow === "true";
    return {
        isBare: bare === "true",
        commitOf: async (revision, option) => {
            const commit = await raw(git, [
                "rev-parse",
                "--verify",
                "--quiet",
                "--end-of-options",
                `${revision}^{commit}`,
            ]);
            if (commit === "") {
                throw new UsageError(missingCommit(revision, option, isShallow));
            }
            return commit.trim();
        },
        mergeBase: async (base, head) => {
            const [common = ""] = (await raw(git, ["merge-base", base.commit, head.commit])).split("\n");
            if (common === "") {
                throw new UsageError(noCommonHistory(base, head, isShallow));
            }
            return common;
        },
        changedPaths: async (base, head) => {
            const paths = await raw(git, [
                "diff-tree",
                "-r",
                "-z",
                "--name-only",
                "--no-renames",
                base,
                head,
            ]);
            return paths.split("\0").filter(Boolean);
        },
        filesAt: (revision) => gitFiles(git, prefix, revision),
    };
}

const fetchAll = "git fetch --unshallow, or with fetch-depth: 0 in actions/checkout";

function missingCommit(revision: string, option: string, isShallow: boolean): string {
    const branch = revision.replace(/^(?:refs\/remotes\/)?origin\//u, "");
    const wayOut = isShallow
        ? `this clone is shallow; fetch the history with ${fetchAll}`
        : `check the name, fetch the commit with git fetch origin ${branch}, or write a file name as ./${revision}`;
    return `${option} "${revision}": this repository has no such commit; ${wayOut}`;
}

function noCommonHistory(base: Revision, head: Revision, isShallow: boolean): string {
    const wayOut = isShallow
        ? `this clone is shallow; fetch the history with ${fetchAll}, or compare with the tip (--tip)`
        : "compare with the tip (--tip)";
    return `--base "${base.name}": it has no history in common with "${head.name}"; ${wayOut}`;
}

interface TreeEntry {
    readonly mode: string;
    readonly object: string;
    /** In bytes; 0 for an entry that is not a file. */
    readonly size: number;
    readonly name: string;
}

const modes = { folder: "040000", link: "120000", submodule: "160000" } as const;

function gitFiles(git: SimpleGit, prefix: string, { name, commit }: Revision): ProjectFiles {
    const nameOf = (path: string): string => `${path} at ${name}`;
    const entries = async (path: string): Promise<readonly TreeEntry[]> => {
        const text = await raw(git, ["ls-tree", "-z", "-l", "--full-tree", commit, "--", `${prefix}${path}`]);
        return text.split("\0").flatMap(treeEntry);
    };
    const listed = new Map<string, TreeEntry>();
    const entryOf = async (path: string): Promise<TreeEntry | undefined> =>
        listed.get(path) ?? (await entries(path))[0];
    return {
        nameOf,
        names: async (folder) => {
            const entry = await entryOf(folder);
            if (entry === undefined) {
                return [];
            }
            if (entry.mode !== modes.folder) {
                throw new UsageError(`${nameOf(folder)}: ${refusalOf(entry) ?? refusals.file}`);
            }
            const inside = await entries(`${folder}/`);
            for (const each of inside) {
                listed.set(`${folder}/${each.name}`, each);
            }
            return inside.map((each) => each.name).sort();
        },
        bytes: async (path) => {
            const entry = await entryOf(path);
            if (entry === undefined) {
                return undefined;
            }
            const refusal = refusalOf(entry) ?? (entry.mode === modes.folder ? refusals.folder : undefined);
            if (refusal !== undefined) {
                throw new UsageError(`${nameOf(path)}: ${refusal}`);
            }
            return await withGitErrors(git.binaryCatFile(["blob", entry.object]) as Promise<Buffer>); // declared as any
        },
    };
}

function refusalOf({ mode, size }: TreeEntry): string | undefined {
    if (mode === modes.link) {
        return refusals.link;
    }
    if (mode === modes.submodule) {
        return refusals.submodule;
    }
    return size > maxFileSize ? refusals.tooLarge : undefined;
}

/** `100644 blob 1f7a…   2048\ttopology/dev.json`, as `ls-tree -l -z` writes an entry. */
function treeEntry(line: string): readonly TreeEntry[] {
    const { mode, object, size, path } =
        /^(?<mode>\d+) \w+ (?<object>[0-9a-f]+) +(?<size>\d+|-)\t(?<path>[\s\S]+)$/u.exec(line)?.groups ?? {};
    return mode === undefined || object === undefined || path === undefined
        ? []
        : [{ mode, object, size: Number(size === "-" ? 0 : size), name: path.split("/").at(-1) ?? path }];
}

function raw(git: SimpleGit, command: readonly string[]): Promise<string> {
    return withGitErrors(git.raw([...command]));
}

/** Reports a failure with git's own message. */
async function withGitErrors<T>(answer: Promise<T>): Promise<T> {
    try {
        return await answer;
    } catch (error) {
        const words = (error instanceof Error ? error.message : String(error)).trim().split("\n")[0] ?? "";
        throw new UsageError(
            words.includes("ENOENT")
                ? 'command "git" cannot be found; install git, or compare files'
                : `git fails (${words.replace(/^fatal: /u, "")}); run the command in the project's folder, or compare files`,
        );
    }
}
