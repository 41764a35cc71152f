import type { ArchiveFile } from "@spot-messaging/local/images";
import { fingerprint, readServicesFiles } from "./servicesFiles.ts";

export const repository = "spot-messaging/services";

/** Changes when another image is built from the same files. */
const format = "1";

/**
 * The name of the services' image, tagged with a fingerprint of everything that it is made from. Reads files only, so a preview needs no
 * container engine, nor the code that talks to one.
 * @param root - the project's folder
 */
export function servicesImageName(root: string): string {
    return nameOf(readServicesFiles(root).all);
}

/** As above, of files that have been read already. */
export function nameOf(files: readonly ArchiveFile[]): string {
    return `${repository}:${fingerprint(files, format)}`;
}
