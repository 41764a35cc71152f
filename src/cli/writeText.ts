import { writeFile } from "node:fs/promises";
import { UsageError } from "../model/index.js";

/**
 * Writes a file that somebody asked for.
 * @throws UsageError
 */
export async function writeText(file: string, text: string): Promise<void> {
    try {
        await writeFile(file, text);
    } catch (error) {
        const code = error instanceof Error && "code" in error ? String(error.code) : String(error);
        throw new UsageError(`file "${file}" cannot be written (${code}); check that its folder exists`);
    }
}
