import { ApiException, CustomObjectsApi } from "@kubernetes/client-node";
import { UserError } from "@spot-messaging/topology";
import { type KubernetesAccess, kubernetesClient } from "./kubernetesAccess.ts";
import { type NeededKind } from "./kubernetesKind.ts";

/** All kinds that are not installed in the Kubernetes cluster. */
export class AbsentKinds extends UserError {
    override readonly name = "AbsentKinds";
    readonly kinds: readonly NeededKind[];

    constructor(server: string, kinds: readonly NeededKind[]) {
        const lines = [...new Set(kinds.map(({ wayOut }) => wayOut))].map((wayOut) => {
            const same = kinds.filter((each) => each.wayOut === wayOut);
            return `- ${same.map(({ kind, apiVersion }) => `kind "${kind}" of ${apiVersion}`).join(", ")}: ${wayOut}`;
        });
        super(`Kubernetes at ${server} does not have the kinds that this stack needs:\n${lines.join("\n")}`);
        this.kinds = kinds;
    }
}

/**
 * Checks through API discovery, which every authenticated user can read, that kinds are installed. The engine's provider would fail only at
 * the first object, after a minute. If the API server does not answer, it reports nothing: a preview must work without Kubernetes, and the
 * provider reports other problems.
 * @throws AbsentKinds
 * @see https://kubernetes.io/docs/concepts/overview/kubernetes-api/#discovery-api
 */
export async function requireKinds(access: KubernetesAccess, kinds: readonly NeededKind[]): Promise<void> {
    const server = kinds.length === 0 ? undefined : discovery(access);
    if (server === undefined) {
        return;
    }
    const apiVersions = [...new Set(kinds.map(({ apiVersion }) => apiVersion))];
    const answers = await Promise.all(
        apiVersions.map(async (apiVersion) => [apiVersion, await server.kindsOf(apiVersion)] as const),
    );
    const known = new Map(answers);
    const absent = kinds.filter(({ apiVersion, kind }) => known.get(apiVersion)?.includes(kind) === false);
    if (absent.length > 0) {
        throw new AbsentKinds(server.url, absent);
    }
}

interface Discovery {
    readonly url: string;
    /** `undefined`: the API server did not answer. */
    readonly kindsOf: (apiVersion: string) => Promise<readonly string[] | undefined>;
}

/** `undefined` if no kubeconfig is usable. */
function discovery(access: KubernetesAccess): Discovery | undefined {
    const client = kubernetesClient(access);
    if (client === undefined) {
        return undefined;
    }
    const api = new CustomObjectsApi(client.configuration);
    return {
        url: client.url,
        kindsOf: async (apiVersion) => {
            const [group = "", version = ""] = apiVersion.split("/");
            try {
                const { resources } = await api.getAPIResources({ group, version });
                return resources.map(({ kind }) => kind);
            } catch (error) {
                return error instanceof ApiException && error.code === 404 ? [] : undefined;
            }
        },
    };
}
