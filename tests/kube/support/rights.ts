import { readFileSync } from "node:fs";
import { parseAllDocuments } from "yaml";
import { z } from "zod";
import type { KubernetesObject } from "./object.ts";

/** What an administrator grants the deploying identity: `deploy/rbac.yaml`, object by object. */
export const grantedObjects: readonly KubernetesObject[] = parseAllDocuments(
    readFileSync(new URL("../../../deploy/rbac.yaml", import.meta.url), "utf8"),
).map((document) => document.toJS() as KubernetesObject); // the server validates it

export const deployer: KubernetesObject = {
    apiVersion: "v1",
    kind: "ServiceAccount",
    metadata: { name: "spot-messaging", namespace: "deployment" },
};

/** The deployer's name in the audit log. */
export const deployerUser = `system:serviceaccount:${deployer.metadata.namespace ?? ""}:${deployer.metadata.name}`;

const rules = z.array(
    z.object({
        apiGroups: z.array(z.string()),
        resources: z.array(z.string()),
        verbs: z.array(z.string()),
    }),
);

/** One verb on one kind of object: `create apps/deployments`; `get /secrets` in the group without a name. */
export function right(verb: string, group: string, resource: string): string {
    return `${verb} ${group}/${resource}`;
}

/** All that the roles among the objects allow, sorted. */
export function rightsOf(objects: readonly KubernetesObject[]): readonly string[] {
    return objects
        .filter(({ kind }) => kind === "Role" || kind === "ClusterRole")
        .flatMap((role) => rules.parse(role["rules"]))
        .flatMap(({ apiGroups, resources, verbs }) =>
            apiGroups.flatMap((group) =>
                resources.flatMap((resource) => verbs.map((verb) => right(verb, group, resource))),
            ),
        )
        .sort();
}
