import type { KubernetesNeeds, NeededObject } from "@spot-messaging/pulumi/operators";
import type { Topology } from "@spot-messaging/topology";
import type { Environment } from "../../environment/environment.ts";
import { neededKinds } from "./neededKinds.ts";
import { neededRights } from "./neededRights.ts";

/** The oldest version whose pods can sleep before they stop. */
const oldestVersion = "1.30";

/** What Kubernetes must have before a stack is deployed; empty if nothing runs there. */
export function kubernetesNeeds(environment: Environment, topology: Topology): KubernetesNeeds {
    const { cluster, deployment } = environment;
    const kinds = neededKinds(environment, topology);
    return cluster.kind === "kubernetes"
        ? {
              version: oldestVersion,
              namespace: cluster.namespace,
              kinds,
              objects: neededObjects(environment),
              ...(deployment.kind === "kubernetes" && { rights: neededRights(deployment, kinds) }),
          }
        : {};
}

/** The objects that the stack file names. The class of an earlier release's volume is not among them: that volume exists. */
function neededObjects({ cluster, deployment, database }: Environment): readonly NeededObject[] {
    if (cluster.kind !== "kubernetes") {
        return [];
    }
    const { authority, storage } = cluster;
    const ingress = deployment.kind === "kubernetes" ? deployment.ingress : undefined;
    return [
        { kind: "StorageClass", name: storage.storageClass, setting: "storageClass" },
        ...(database.kind === "cluster"
            ? [
                  {
                      kind: "StorageClass",
                      name: database.storage.storageClass,
                      setting: "databaseStorageClass",
                  } as const,
              ]
            : []),
        ...(authority.kind === "own"
            ? []
            : [{ kind: authority.kind, name: authority.name, setting: "tlsIssuer" }]),
        ...(ingress === undefined
            ? []
            : [{ kind: "IngressClass", name: ingress.className, setting: "ingressClass" } as const]),
    ];
}
