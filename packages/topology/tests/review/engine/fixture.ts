import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

/** What `pulumi preview` of CLI 3.259 wrote, shortened by hand. */
export function fixture(name: string): string {
    return readFileSync(fileURLToPath(new URL(`fixtures/${name}`, import.meta.url)), "utf8");
}
