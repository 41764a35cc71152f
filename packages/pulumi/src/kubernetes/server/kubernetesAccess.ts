import { existsSync } from "node:fs";
import { KubeConfig } from "@kubernetes/client-node";
import { KubernetesUnusable } from "./kubernetesUnusable.ts";

/** The Kubernetes cluster that the stack selects; the default is the machine's. */
export interface KubernetesAccess {
    /** A kubeconfig, or the name of its file. @default - the kubeconfig that kubectl uses */
    readonly kubeconfig?: string | undefined;
    /** @default - the kubeconfig's current one */
    readonly context?: string | undefined;
}

/** The cluster of a kubeconfig's context. */
export interface SelectedCluster {
    readonly url: string;
    readonly context: string;
    readonly config: KubeConfig;
}

const chooseContext =
    "choose one with kubectl config use-context NAME, or pulumi config set kubernetes:context NAME";

/**
 * The cluster that the provider would use.
 * @throws KubernetesUnusable if there is no kubeconfig, or if it has no such context
 */
export function selectCluster(access: KubernetesAccess): SelectedCluster {
    const config = readKubeConfig(access);
    const context = access.context ?? config.getCurrentContext();
    config.setCurrentContext(context);
    const contexts = config.getContexts().map(({ name }) => `"${name}"`);
    const known = contexts.length === 0 ? "it has none" : `it has ${contexts.join(", ")}`;
    // A file without the key has no value, which the type does not say.
    if (!context) {
        throw new KubernetesUnusable(`the kubeconfig names no current context; ${known}; ${chooseContext}`);
    }
    if (config.getContextObject(context) === null) {
        throw new KubernetesUnusable(
            `the kubeconfig has no context "${context}"; ${known}; ${chooseContext}`,
        );
    }
    const cluster = config.getCurrentCluster();
    if (cluster === null) {
        throw new KubernetesUnusable(
            `context "${context}" of the kubeconfig names a cluster that the kubeconfig does not have; add the cluster, or ${chooseContext}`,
        );
    }
    return { url: cluster.server, context, config };
}

/** What the library uses if there is no kubeconfig at all. No API server serves HTTP without TLS. */
const fallbackServer = "http://localhost:8080";

const setKubeconfig =
    "set KUBECONFIG to the file of your cluster, or pulumi config set --secret kubernetes:kubeconfig FILE";

function readKubeConfig({ kubeconfig }: KubernetesAccess): KubeConfig {
    const config = new KubeConfig();
    try {
        if (kubeconfig === undefined) {
            config.loadFromDefault();
        } else if (existsSync(kubeconfig)) {
            config.loadFromFile(kubeconfig);
        } else {
            config.loadFromString(kubeconfig);
        }
    } catch (error) {
        const [reason = ""] = (error instanceof Error ? error.message : String(error)).split("\n");
        throw new KubernetesUnusable(`the kubeconfig cannot be read (${reason}); ${setKubeconfig}`);
    }
    if (kubeconfig === undefined && config.getCurrentCluster()?.server === fallbackServer) {
        throw new KubernetesUnusable(`there is no kubeconfig on this machine; ${setKubeconfig}`);
    }
    return config;
}
