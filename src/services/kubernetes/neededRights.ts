import { readFileSync } from "node:fs";
import type { KubernetesKind } from "@spot-messaging/pulumi/kubernetes";
import type { NeededRights, RightRule } from "@spot-messaging/pulumi/operators";
import { parseAllDocuments } from "yaml";
import { z } from "zod";
import type { KubernetesDeployment } from "../../environment/deployment.ts";

/** What an administrator grants the deploying identity. */
const grants = new URL("../../../deploy/rbac.yaml", import.meta.url);

const names = z.array(z.string());
const role = z.object({
    kind: z.literal("Role"),
    rules: z.array(z.object({ apiGroups: names, resources: names, verbs: names })),
});

/** The rights by which the deploying identity creates a stack that has these kinds of operators' objects. */
export function neededRights(
    deployment: KubernetesDeployment,
    kinds: readonly KubernetesKind[],
): NeededRights {
    const groups = new Set(kinds.map(({ apiVersion }) => apiVersion.replace(/\/.*/, "")));
    const isUsed = (group: string, resource: string): boolean =>
        group.includes(".") && !group.endsWith(".k8s.io")
            ? groups.has(group)
            : (resource !== "ingresses" || deployment.ingress !== undefined) &&
              (resource !== "persistentvolumeclaims" || deployment.oldData !== undefined);
    const rules = grantedRules()
        // The stack can be deployed without what is only read.
        .filter(({ verbs }) => verbs.includes("create"))
        .flatMap(({ apiGroups, resources, verbs }) =>
            apiGroups.map((group) => ({
                apiGroups: [group],
                resources: resources.filter((resource) => isUsed(group, resource)),
                verbs,
            })),
        );
    return {
        rules,
        wayOut: "have an administrator apply deploy/rbac.yaml of this release, with the name of your namespace",
    };
}

function grantedRules(): readonly RightRule[] {
    const documents = parseAllDocuments(readFileSync(grants, "utf8"));
    return documents.flatMap((document) => role.safeParse(document.toJS()).data?.rules ?? []);
}
