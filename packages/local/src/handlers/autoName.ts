import { randomBytes } from "node:crypto";
import type { Registration } from "../handler.ts";

/** The name that a resource asks for or, as the engine would choose it, its logical name and 7 random digits. */
export function autoName(name: string | undefined, registration: Registration): string {
    return name ?? `${registration.name}-${randomBytes(4).toString("hex").slice(0, 7)}`;
}
