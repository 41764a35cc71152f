import { createHash } from "node:crypto";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";

/**
 * Keeps an authority's certificate, which is no secret, where the provider can read it. Its name is its content's hash, so that two stacks or a
 * renewed authority do not overwrite each other.
 * @returns the file's path
 */
export async function keepAuthority(folder: string, certificate: string): Promise<string> {
    const file = join(
        folder,
        `authority-${createHash("sha256").update(certificate).digest("hex").slice(0, 16)}.pem`,
    );
    await mkdir(folder, { recursive: true });
    await writeFile(file, certificate);
    return file;
}
