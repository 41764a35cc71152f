// Where a release is made. It imports only Node itself: the job that publishes installs nothing.
import path from "node:path";
import { fileURLToPath } from "node:url";

const folder = fileURLToPath(new URL("../../.local/release/", import.meta.url));

/** What the release ships, with its checksums. */
export const filesFolder = path.join(folder, "files");
/** The output of `npm pack` about the packages, in the order in which they are published. */
export const packagesFile = path.join(folder, "packages.json");
/** The section of the changelog. */
export const notesFile = path.join(folder, "notes.md");
