import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { z } from "zod";

const manifestSchema = z.object({ name: z.string().optional(), type: z.string().optional() });

/** The nearest readable package.json in a folder and its parent folders. Empty if there is none. */
export function nearestPackage(folder: string): z.infer<typeof manifestSchema> {
    try {
        // Node.js and npm also accept a byte order mark.
        const text = readFileSync(join(folder, "package.json"), "utf8").replace(/^\uFEFF/u, "");
        return manifestSchema.parse(JSON.parse(text));
    } catch {
        return folder === dirname(folder) ? {} : nearestPackage(dirname(folder));
    }
}
