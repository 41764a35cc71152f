import { fileURLToPath } from "node:url";
import type { Report } from "@spot-messaging/local/images";
import { ensureGoProgram } from "../../support/goProgram.ts";

const about = "k8s.io/component-base/version";

/** The path of kube-apiserver, built once. */
export async function buildApiServer(report: Report): Promise<string> {
    return await ensureGoProgram(
        {
            name: "kube-apiserver",
            folder: fileURLToPath(new URL("../apiserver", import.meta.url)),
            package: "k8s.io/kubernetes/cmd/kube-apiserver",
            module: "k8s.io/kubernetes",
            variables: (version) => {
                const [major = "", minor = ""] = version.slice(1).split(".");
                return [`gitVersion=${version}`, `gitMajor=${major}`, `gitMinor=${minor}`].map(
                    (fact) => `${about}.${fact}`,
                );
            },
            wayOut: "set KUBEBUILDER_ASSETS to a folder with kube-apiserver and etcd",
        },
        report,
    );
}
