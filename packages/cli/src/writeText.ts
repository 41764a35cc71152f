import { writeFile } from "node:fs/promises";
import { UsageError } from "@spot-messaging/topology";
import { systemReason } from "./systemReason.ts";

/**
 * Writes a file that somebody asked for.
 * @throws UsageError
 */
export async function writeText(file: string, text: string): Promise<void> {
    try {
        await writeFile(file, text);
    } catch (error) {
        throw new UsageError(
            `file "${file}" cannot be written (${systemReason(error)}); check that its folder exists`,
        );
    }
}
