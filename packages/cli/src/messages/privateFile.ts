import { appendFileSync, closeSync, fsyncSync, openSync } from "node:fs";
import { UsageError } from "@spot-messaging/topology";
import { systemReason } from "../input/textFile.ts";

/** A file that only its owner can read, and that grows. */
export interface PrivateFile {
    /**
     * Adds bytes, or nothing is acknowledged: a disk that is full in the middle is an error.
     * @throws UsageError
     */
    readonly append: (data: string | Uint8Array) => void;
    /**
     * Returns when everything is on the disk.
     * @throws UsageError
     */
    readonly sync: () => void;
    readonly close: () => void;
}

/**
 * Opens a file for its owner alone.
 * @param flags `wx` makes a new file, `a` adds to one
 * @param wayOut the end of the message if it cannot be opened, such as `name a new file`
 * @throws UsageError
 */
export function openPrivateFile(
    file: string,
    flags: "wx" | "a",
    option: string,
    wayOut: string,
): PrivateFile {
    const attempt = <T>(work: () => T, what: string, end: string): T => {
        try {
            return work();
        } catch (error) {
            throw new UsageError(`${option} "${file}" ${what} (${reasonOf(error)}); ${end}`);
        }
    };
    const full = "make room on the disk and repeat the command";
    const descriptor = attempt(
        () => openSync(file, flags, 0o600),
        flags === "wx" ? "cannot be made" : "cannot be written",
        wayOut,
    );
    return {
        // Unlike writeSync, it repeats short writes, which a disk that is nearly full answers without an error.
        append: (data) => {
            attempt(
                () => {
                    appendFileSync(descriptor, data);
                },
                "cannot be written",
                full,
            );
        },
        sync: () => {
            attempt(
                () => {
                    fsyncSync(descriptor);
                },
                "cannot be written",
                full,
            );
        },
        close: () => {
            closeSync(descriptor);
        },
    };
}

const reasons: Readonly<Record<string, string>> = {
    ENOSPC: "the disk is full",
    EDQUOT: "the quota of the disk is used up",
    EFBIG: "the file may not grow further",
    EEXIST: "it exists",
    ENOENT: "its folder does not exist",
    EACCES: "no permission",
    EROFS: "the disk is read-only",
};

function reasonOf(error: unknown): string {
    const code = systemReason(error);
    return reasons[code] ?? code;
}
