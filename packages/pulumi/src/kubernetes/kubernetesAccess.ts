import { existsSync } from "node:fs";
import {
    type Configuration,
    createConfiguration,
    KubeConfig,
    ServerConfiguration,
} from "@kubernetes/client-node";

/** The Kubernetes cluster that the stack selects; the default is the machine's. */
export interface KubernetesAccess {
    /** A kubeconfig, or the name of its file. @default - the kubeconfig that kubectl uses */
    readonly kubeconfig?: string | undefined;
    /** @default - the kubeconfig's current one */
    readonly context?: string | undefined;
}

const timeoutMs = 5_000;

/** What requests to the API server need. They end after five seconds. */
export interface KubernetesClient {
    readonly url: string;
    readonly configuration: Configuration;
}

/** `undefined` if no kubeconfig is usable. */
export function kubernetesClient(access: KubernetesAccess): KubernetesClient | undefined {
    const config = kubeConfig(access);
    const cluster = config?.getCurrentCluster();
    if (config === undefined || cluster == null) {
        return undefined;
    }
    const signal = AbortSignal.timeout(timeoutMs);
    const configuration = createConfiguration({
        baseServer: new ServerConfiguration(cluster.server, {}),
        authMethods: { default: config },
        promiseMiddleware: [
            {
                pre: (request) => {
                    request.setSignal(signal);
                    return Promise.resolve(request);
                },
                post: (response) => Promise.resolve(response),
            },
        ],
    });
    return { url: cluster.server, configuration };
}

/** The kubeconfig that the provider would use; `undefined` if it cannot be read. */
function kubeConfig({ kubeconfig, context }: KubernetesAccess): KubeConfig | undefined {
    const config = new KubeConfig();
    try {
        if (kubeconfig === undefined) {
            config.loadFromDefault();
        } else if (existsSync(kubeconfig)) {
            config.loadFromFile(kubeconfig);
        } else {
            config.loadFromString(kubeconfig);
        }
        if (context !== undefined) {
            config.setCurrentContext(context);
        }
        return config;
    } catch {
        return undefined;
    }
}
