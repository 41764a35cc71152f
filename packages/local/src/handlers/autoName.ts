import { randomBytes } from "node:crypto";
import type { Registration } from "../handler.ts";

/** The given name or, as the engine does it, the logical name and 7 random hexadecimal digits. */
export function autoName(name: string | undefined, registration: Registration): string {
    return name ?? `${registration.name}-${randomBytes(4).toString("hex").slice(0, 7)}`;
}
