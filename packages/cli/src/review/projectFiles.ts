import { lstat, readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { UsageError } from "@spot-messaging/topology";
import { systemReason } from "../input/textFile.ts";

/** The files of a project for one side of a review: on disk or at a commit. */
export interface ProjectFiles {
    /** The name of a file in messages. */
    readonly nameOf: (path: string) => string;
    /**
     * The names in a folder, sorted. Empty if the folder does not exist.
     * @throws UsageError
     */
    readonly names: (folder: string) => Promise<readonly string[]>;
    /**
     * The content of a file; `undefined` if it does not exist. Symbolic links are not followed: in a pull request a link could point to any file
     * of the reviewing machine, and an error message could show its content.
     * @throws UsageError
     */
    readonly bytes: (path: string) => Promise<Uint8Array | undefined>;
}

/** Larger than any real topology. */
export const maxFileSize = 100 * 1024 * 1024;

/** Why a file is not read, as the end of a sentence that begins with its name. */
export const refusals = {
    link: "is a symbolic link, which is not followed; commit the file itself",
    folder: "is a folder; a file was expected",
    file: "is a file; a folder was expected",
    submodule: "is a submodule, which is not read; commit the files themselves",
    other: "is not a regular file; commit a file instead",
    tooLarge: "is larger than 100 MiB, so it is not a topology; check the file",
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
                    : status.size > maxFileSize
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
