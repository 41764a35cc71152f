import { fileURLToPath } from "node:url";

/** The folder with `Pulumi.yaml`. */
export const projectRoot = fileURLToPath(new URL("../..", import.meta.url));

export const projectName = "spot-messaging";
