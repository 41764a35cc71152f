import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { z } from "zod";

const manifestSchema = z.object({ name: z.string().optional(), type: z.string().optional() });

/** What the nearest package.json says, from a folder upwards; nothing if there is none that can be read. */
export function nearestPackage(folder: string): z.infer<typeof manifestSchema> {
    try {
        return manifestSchema.parse(JSON.parse(readFileSync(join(folder, "package.json"), "utf8")));
    } catch {
        return folder === dirname(folder) ? {} : nearestPackage(dirname(folder));
    }
}
