import { lstat, readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { UsageError } from "@spot-messaging/topology";
import { systemReason } from "../input/textFile.ts";

/** The files of a project as one side of a review has them: on disk, or at a commit. */
export interface ProjectFiles {
    /** What messages call a file. */
    readonly nameOf: (path: string) => string;
    /**
     * The names in a folder, sorted; none where there is no such folder.
     * @throws UsageError
     */
    readonly names: (folder: string) => Promise<readonly string[]>;
    /**
     * What a file holds; `undefined` where there is none. Nothing is read through a link: in somebody's pull request it could point to any
     * file of the machine that reviews it, and what is unreadable there ends up in an error message.
     * @throws UsageError
     */
    readonly bytes: (path: string) => Promise<Uint8Array | undefined>;
}

/** Larger than any topology that a broker could bear; a file above it is something else. */
export const largestFile = 100 * 1024 * 1024;

/** Why a file of a kind is not read, in words that follow its name. */
export const refusals = {
    link: "is a symbolic link, which is not followed; commit the file itself",
    folder: "is a folder; a file was expected",
    file: "is a file; a folder was expected",
    submodule: "is a submodule, which is not looked into; commit the files themselves",
    other: "is no file; commit one in its place",
    tooLarge: "is larger than 100 MiB, and no topology is",
} as const;

/** The files below a folder of this machine. */
export function diskFiles(root: string): ProjectFiles {
    return {
        nameOf: (path) => path,
        names: async (folder) => {
            const status = await statusOf(root, folder);
            if (status === undefined) {
                return [];
            }
            if (!status.isDirectory()) {
                throw new UsageError(`${folder}: ${status.isSymbolicLink() ? refusals.link : refusals.file}`);
            }
            return (await readdir(join(root, folder))).sort();
        },
        bytes: async (path) => {
            const status = await statusOf(root, path);
            if (status === undefined) {
                return undefined;
            }
            const refusal = status.isSymbolicLink()
                ? refusals.link
                : status.isDirectory()
                  ? refusals.folder
                  : !status.isFile()
                    ? refusals.other
                    : status.size > largestFile
                      ? refusals.tooLarge
                      : undefined;
            if (refusal !== undefined) {
                throw new UsageError(`${path}: ${refusal}`);
            }
            return await readFile(join(root, path)).catch((error: unknown) => refuse(path, error));
        },
    };
}

async function statusOf(root: string, path: string): Promise<Awaited<ReturnType<typeof lstat>> | undefined> {
    try {
        return await lstat(join(root, path));
    } catch (error) {
        const code = error instanceof Error && "code" in error ? error.code : undefined;
        return code === "ENOENT" || code === "ENOTDIR" ? undefined : refuse(path, error);
    }
}

function refuse(path: string, error: unknown): never {
    throw new UsageError(`${path}: cannot be read (${systemReason(error)}); check its permissions`);
}
