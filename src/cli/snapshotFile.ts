import { lstat, readFile } from "node:fs/promises";
import { readSnapshot, type Snapshot, SnapshotError } from "../review/snapshot.js";

/** Larger than any topology that a broker could bear; a file above it is something else. */
const largest = 100 * 1024 * 1024;

/**
 * Reads a snapshot from a file. A symbolic link is refused: in somebody's pull request it could point to any file of the machine that
 * reviews it, and what is unreadable there ends up in an error message.
 * @throws SnapshotError with one sentence for what cannot be read
 */
export async function readSnapshotFile(path: string): Promise<Snapshot> {
    const problem = await fileProblem(path);
    if (problem !== undefined) {
        throw new SnapshotError(path, [problem]);
    }
    return readSnapshot(await readFile(path, "utf8"), path);
}

async function fileProblem(path: string): Promise<string | undefined> {
    try {
        const status = await lstat(path);
        if (status.isSymbolicLink()) {
            return "is a symbolic link; name the file itself";
        }
        if (status.isDirectory()) {
            return "is a folder; name a file in it, such as topology/dev.json";
        }
        if (!status.isFile()) {
            return "is no file; name a snapshot, such as topology/dev.json";
        }
        return status.size > largest
            ? "is larger than 100 MiB; npm run snapshot writes no such file"
            : undefined;
    } catch (error) {
        return unreadable(error);
    }
}

function unreadable(error: unknown): string {
    const code = error instanceof Error && "code" in error ? error.code : undefined;
    if (code === "ENOENT" || code === "ENOTDIR") {
        return "does not exist; npm run snapshot writes topology/<stack>.json";
    }
    if (code === "EACCES" || code === "EPERM") {
        return "may not be read; change its permissions";
    }
    throw error;
}
