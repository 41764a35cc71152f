import { fileURLToPath } from "node:url";
import type { Report } from "@spot-messaging/local/images";
import { ensureGoPrograms, type GoModule } from "../../support/goProgram.ts";

const about = "k8s.io/component-base/version";
const commands = "k8s.io/kubernetes/cmd";

/** Kubernetes' own programs: one build makes all, because they share nearly all packages. */
export const kubernetes: GoModule<
    "kube-apiserver" | "kube-controller-manager" | "kube-proxy" | "kube-scheduler" | "kubectl" | "kubelet"
> = {
    folder: fileURLToPath(new URL("../kubernetes", import.meta.url)),
    module: "k8s.io/kubernetes",
    packages: {
        "kube-apiserver": `${commands}/kube-apiserver`,
        "kube-controller-manager": `${commands}/kube-controller-manager`,
        "kube-proxy": `${commands}/kube-proxy`,
        "kube-scheduler": `${commands}/kube-scheduler`,
        kubectl: `${commands}/kubectl`,
        kubelet: `${commands}/kubelet`,
    },
    variables: (version) => {
        const [major = "", minor = ""] = version.slice(1).split(".");
        return [`gitVersion=${version}`, `gitMajor=${major}`, `gitMinor=${minor}`].map(
            (fact) => `${about}.${fact}`,
        );
    },
    wayOut: "set KUBEBUILDER_ASSETS to a folder with kube-apiserver and etcd",
};

/** The path of kube-apiserver, built once. */
export async function ensureApiServer(report: Report): Promise<string> {
    return (await ensureGoPrograms(kubernetes, report))["kube-apiserver"];
}

/** The path of kubectl, built once. */
export async function ensureBuiltKubectl(report: Report): Promise<string> {
    return (await ensureGoPrograms(kubernetes, report)).kubectl;
}
