import { z } from "zod";
import type { KubernetesReader } from "../server/kubernetesReader.ts";
import type { NeededObject } from "./kubernetesNeeds.ts";

interface ObjectKind {
    readonly noun: string;
    readonly path: (namespace: string) => string;
}

const objectKinds: Readonly<Record<NeededObject["kind"], ObjectKind>> = {
    StorageClass: { noun: "storage class", path: () => "/apis/storage.k8s.io/v1/storageclasses" },
    IngressClass: { noun: "ingress class", path: () => "/apis/networking.k8s.io/v1/ingressclasses" },
    ClusterIssuer: { noun: "ClusterIssuer", path: () => "/apis/cert-manager.io/v1/clusterissuers" },
    Issuer: {
        noun: "Issuer",
        path: (namespace) => `/apis/cert-manager.io/v1/namespaces/${namespace}/issuers`,
    },
};

const list = z.object({ items: z.array(z.object({ metadata: z.object({ name: z.string() }) })) });

/** The objects that do not exist, with those that do. What this identity may not list is not checked. */
export async function objectProblems(
    reader: KubernetesReader,
    objects: readonly NeededObject[],
    namespace = "default",
): Promise<readonly string[]> {
    const kinds = [...new Set(objects.map(({ kind }) => kind))];
    const problems = await Promise.all(
        kinds.map(async (kind) => {
            const { noun, path } = objectKinds[kind];
            const answer = await reader.get(path(namespace));
            if (answer.kind !== "found") {
                return [];
            }
            const known = list.parse(answer.value).items.map(({ metadata }) => metadata.name);
            const missing = objects.filter((each) => each.kind === kind && !known.includes(each.name));
            return [...new Set(missing.map(({ name }) => name))].map((name) => {
                const settings = missing.filter((each) => each.name === name).map(({ setting }) => setting);
                const choice =
                    known.length === 0
                        ? "there is none; create it"
                        : `name ${oneOf(known.sort())}, or create it`;
                return `${noun} "${name}" (${settings.join(", ")}): does not exist; ${choice}`;
            });
        }),
    );
    return problems.flat();
}

function oneOf(names: readonly string[]): string {
    const quoted = names.map((name) => `"${name}"`);
    return quoted.length === 1 ? quoted.join("") : `one of ${quoted.join(", ")}`;
}
