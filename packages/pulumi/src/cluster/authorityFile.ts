import { createHash } from "node:crypto";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";

/**
 * Writes an authority's certificate, which is not secret, to a file for the provider. The file name contains a hash of the content, so that
 * two stacks or a renewed authority do not overwrite each other's file.
 * @returns the file's path
 */
export async function writeAuthorityFile(folder: string, certificate: string): Promise<string> {
    const file = join(
        folder,
        `authority-${createHash("sha256").update(certificate).digest("hex").slice(0, 16)}.pem`,
    );
    await mkdir(folder, { recursive: true });
    await writeFile(file, certificate);
    return file;
}
