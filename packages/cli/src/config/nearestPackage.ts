import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { z } from "zod";

const manifestSchema = z.object({ name: z.string().optional(), type: z.string().optional() });

/** What the nearest package.json says, from a folder upwards; nothing if there is none that can be read. */
export function nearestPackage(folder: string): z.infer<typeof manifestSchema> {
    try {
        // Node.js and npm read it with the byte order mark of Windows, too.
        const text = readFileSync(join(folder, "package.json"), "utf8").replace(/^\uFEFF/u, "");
        return manifestSchema.parse(JSON.parse(text));
    } catch {
        return folder === dirname(folder) ? {} : nearestPackage(dirname(folder));
    }
}
