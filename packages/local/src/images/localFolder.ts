import { fileURLToPath } from "node:url";

/** The folder of temporary files of this checkout: logs, locks, root file systems during a build. Never committed. */
export const localFolder = fileURLToPath(new URL("../../../../.local", import.meta.url));
