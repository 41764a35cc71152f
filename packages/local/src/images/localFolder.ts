import { fileURLToPath } from "node:url";

/** Where this checkout keeps what it makes for itself: logs, locks, root file systems under construction. Never committed. */
export const localFolder = fileURLToPath(new URL("../../../../.local", import.meta.url));
