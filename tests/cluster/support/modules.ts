import { fileURLToPath } from "node:url";
import { kubernetes } from "../../kube/support/kubernetesPrograms.ts";
import type { GoModule } from "../../support/goProgram.ts";

const wayOut = "check that this machine reaches the Go module proxy";

/** Holds the namespaces of a pod open. */
export const pause: GoModule<"pause"> = {
    folder: folderOf("pause"),
    packages: { pause: "spot-messaging/tests/cluster/programs/pause" },
    wayOut,
};

/** Enforces network policies. Like all that every cluster needs, it is pinned with Kubernetes itself, so that shared packages are compiled once. */
export const kubeRouter: GoModule<"kube-router"> = {
    folder: kubernetes.folder,
    module: "github.com/cloudnativelabs/kube-router/v2",
    packages: { "kube-router": "github.com/cloudnativelabs/kube-router/v2/cmd/kube-router" },
    variables: (version) => [`github.com/cloudnativelabs/kube-router/v2/pkg/version.Version=${version}`],
    wayOut,
};

/** Resolves the names of Services, with the few plugins that this needs. */
export const coreDns: GoModule<"coredns"> = {
    folder: kubernetes.folder,
    module: "github.com/coredns/coredns",
    packages: { coredns: "spot-messaging/tests/kube/kubernetes/coredns" },
    wayOut,
};

/** Runs the brokers. */
export const rabbitmqClusterOperator: GoModule<"rabbitmq-cluster-operator"> = {
    folder: kubernetes.folder,
    module: "github.com/rabbitmq/cluster-operator/v2",
    packages: { "rabbitmq-cluster-operator": "github.com/rabbitmq/cluster-operator/v2" },
    wayOut,
};

/** Scales the services by the length of their queues. */
export const keda: GoModule<"keda" | "keda-adapter" | "keda-admission-webhooks"> = {
    folder: folderOf("keda"),
    module: "github.com/kedacore/keda/v2",
    packages: {
        keda: "github.com/kedacore/keda/v2/cmd/operator",
        "keda-adapter": "github.com/kedacore/keda/v2/cmd/adapter",
        "keda-admission-webhooks": "github.com/kedacore/keda/v2/cmd/webhooks",
    },
    variables: (version) => [`github.com/kedacore/keda/v2/version.Version=${version.slice(1)}`],
    wayOut,
};

/** Runs PostgreSQL. */
export const cloudNativePg: GoModule<"cloudnative-pg"> = {
    folder: folderOf("cloudnative-pg"),
    module: "github.com/cloudnative-pg/cloudnative-pg",
    packages: { "cloudnative-pg": "github.com/cloudnative-pg/cloudnative-pg/cmd/manager" },
    wayOut,
};

/** Runs Prometheus and resolves what it scrapes. */
export const prometheusOperator: GoModule<"prometheus-operator" | "prometheus-config-reloader"> = {
    folder: folderOf("prometheus-operator"),
    module: "github.com/prometheus-operator/prometheus-operator",
    packages: {
        "prometheus-operator": "github.com/prometheus-operator/prometheus-operator/cmd/operator",
        "prometheus-config-reloader":
            "github.com/prometheus-operator/prometheus-operator/cmd/prometheus-config-reloader",
    },
    variables: (version) => [`github.com/prometheus/common/version.Version=${version.slice(1)}`],
    wayOut,
};

function folderOf(name: string): string {
    return fileURLToPath(new URL(`../programs/${name}`, import.meta.url));
}
