import type { ArchiveFile } from "@spot-messaging/local/images";
import { fingerprint, readServicesFiles } from "./servicesFiles.ts";

export const repository = "spot-messaging/services";

/** Increase it when the same files result in another image. */
const format = "1";

/**
 * The name of the services' image, tagged with a fingerprint of its files. It only reads files, so that a preview needs no container engine
 * and loads no client of one.
 * @param root - the project's folder
 */
export function servicesImageName(root: string): string {
    return nameOf(readServicesFiles(root).all);
}

/** The same, from files that are already read. */
export function nameOf(files: readonly ArchiveFile[]): string {
    return `${repository}:${fingerprint(files, format)}`;
}
