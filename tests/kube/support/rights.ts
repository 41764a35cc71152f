import { readFileSync } from "node:fs";
import { parseAllDocuments } from "yaml";
import type { KubernetesObject } from "./object.js";

/** What an administrator grants the deploying identity: `deploy/rbac.yaml`, object by object. */
export const grantedObjects: readonly KubernetesObject[] = parseAllDocuments(
    readFileSync(new URL("../../../deploy/rbac.yaml", import.meta.url), "utf8"),
).map((document) => document.toJS() as KubernetesObject); // the server judges whether it is one

export const deployer: KubernetesObject = {
    apiVersion: "v1",
    kind: "ServiceAccount",
    metadata: { name: "spot-messaging", namespace: "deployment" },
};
