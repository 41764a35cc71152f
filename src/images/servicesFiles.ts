import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import type { ArchiveFile } from "@spot-messaging/local/images";
import { UserError } from "@spot-messaging/topology";

export interface ServicesFiles {
    /** Sorted by path below `services`. */
    readonly all: readonly ArchiveFile[];
    /** The file with the list of Python packages. */
    readonly requirements: ArchiveFile;
}

/**
 * The files of the services' image.
 * @param root - the project's folder
 * @throws UserError `file "<root>/services/requirements.txt": cannot be read, …`
 */
export function readServicesFiles(root: string): ServicesFiles {
    const services = path.join(root, "services");
    const source = path.join(services, "src");
    const read = (file: string): ArchiveFile => {
        const place = path.join(services, file);
        return {
            path: file.replaceAll(path.sep, "/"),
            content: attempt(place, () => readFileSync(place)),
        };
    };
    const sources = attempt(source, () => readdirSync(source, { recursive: true, withFileTypes: true }))
        .filter((entry) => entry.isFile() && !/(^|[/\\])__pycache__([/\\]|$)/.test(entry.parentPath))
        .map((entry) => read(path.relative(services, path.join(entry.parentPath, entry.name))));
    const requirements = read("requirements.txt");
    return {
        all: sorted([...sources, requirements, read("Dockerfile"), read("pyproject.toml")]),
        requirements,
    };
}

/** Twelve hexadecimal digits that identify a set of files, in any order. */
export function fingerprint(files: readonly ArchiveFile[], format: string): string {
    const hash = createHash("sha256").update(format);
    for (const { path: name, content } of sorted(files)) {
        // With the length, the end of one file cannot count as the beginning of the next.
        hash.update(`\0${name}\0${content.length}\0`).update(content);
    }
    return hash.digest("hex").slice(0, 12);
}

function sorted(files: readonly ArchiveFile[]): readonly ArchiveFile[] {
    return files.toSorted((one, other) => (one.path < other.path ? -1 : 1));
}

function attempt<Result>(place: string, read: () => Result): Result {
    try {
        return read();
    } catch {
        throw new UserError(
            `file "${place}": cannot be read, but the services' image needs it; restore it, or set spot-messaging:servicesImage`,
        );
    }
}
