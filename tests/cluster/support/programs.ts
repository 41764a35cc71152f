import type { Report } from "@spot-messaging/local/images";
import { kubernetes } from "../../kube/support/kubernetesPrograms.ts";
import { buildGoPrograms, ensureGoPrograms } from "../../support/goProgram.ts";
import { coreDns, kubeRouter, pause, rabbitmqClusterOperator } from "./modules.ts";

/** The paths of Kubernetes' own programs. */
export interface KubernetesPrograms {
    readonly apiServer: string;
    readonly controllerManager: string;
    readonly kubectl: string;
    readonly kubelet: string;
    readonly proxy: string;
    readonly scheduler: string;
}

/**
 * Builds what a cluster with brokers needs: Kubernetes itself, network policies, names, and the operator of RabbitMQ. One call shares the
 * compiler's caches between them.
 */
export async function buildClusterPrograms(report: Report): Promise<void> {
    await buildGoPrograms([kubernetes, kubeRouter, coreDns, rabbitmqClusterOperator, pause], report);
}

/** Builds the programs of a control plane and of a node, once. */
export async function ensureKubernetesPrograms(report: Report): Promise<KubernetesPrograms> {
    const files = await ensureGoPrograms(kubernetes, report);
    return {
        apiServer: files["kube-apiserver"],
        controllerManager: files["kube-controller-manager"],
        kubectl: files.kubectl,
        kubelet: files.kubelet,
        proxy: files["kube-proxy"],
        scheduler: files["kube-scheduler"],
    };
}

/** Builds the program that enforces network policies on a node, once. */
export async function ensureKubeRouter(report: Report): Promise<string> {
    return (await ensureGoPrograms(kubeRouter, report))["kube-router"];
}
