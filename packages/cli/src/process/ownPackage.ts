import { createRequire } from "node:module";

/** The package of this command. */
export function ownPackage(): { readonly name: string; readonly version: string } {
    const require = createRequire(import.meta.url);
    return require("@spot-messaging/cli/package.json") as ReturnType<typeof ownPackage>; // The project's own file.
}
