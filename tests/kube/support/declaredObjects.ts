import type { RawConfig } from "../../../src/config/configReader.ts";
import { prodConfig } from "../../unit/environments.ts";
import { recordProgram } from "../../unit/program/recorder.ts";
import type { ApiClient } from "./apiClient.ts";
import type { KubernetesObject } from "./object.ts";

/**
 * What the program declares on Kubernetes with the values of the prod stack, in the order in which it declares it. What only providers know, such as keys, is
 * made up.
 * @param namespace of the environment; two test files that store objects need different ones
 */
export async function declaredObjects(
    namespace: string,
    changes: RawConfig = {},
): Promise<readonly KubernetesObject[]> {
    const registrations = await recordProgram("prod", { ...prodConfig, namespace, ...changes });
    return registrations
        .filter(({ type }) => type.startsWith("kubernetes:"))
        .map(({ inputs }) => inputs as unknown as KubernetesObject); // what a Kubernetes resource's inputs are
}

/** Every option that the prod stack does not use. */
export const everyChoice: RawConfig = {
    nodes: "5",
    tlsIssuer: "own",
    managementUrl: "https://rabbitmq.example.com",
    gatewayHost: "spot.example.com",
    ingressClass: "nginx",
    ingressNamespace: "ingress-nginx",
    ingressTlsSecret: "spot-example-com",
    autoscaling: "false",
    serviceReplicas: '["gateway=2"]',
};

/** Stores objects, each as it is, and gives back what became of it. */
export async function storeAll(
    client: ApiClient,
    objects: readonly KubernetesObject[],
): Promise<readonly KubernetesObject[]> {
    const stored: KubernetesObject[] = [];
    for (const object of objects) {
        stored.push(await client.apply(object));
    }
    return stored;
}
