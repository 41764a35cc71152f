import type * as k8s from "@pulumi/kubernetes";
import type { Dashboard } from "@spot-messaging/topology/alerts";
import type { Plain } from "../../translate/plain.ts";
import { objectName } from "./objectName.ts";
import type { ScrapedCluster } from "./serviceMonitor.ts";

/** A dashboard for Grafana's sidecar, which collects the ConfigMaps with this label. */
export function toDashboardArgs(
    { name, namespace }: Pick<ScrapedCluster, "name" | "namespace">,
    dashboard: Dashboard,
): Plain<k8s.core.v1.ConfigMapArgs> {
    return {
        metadata: {
            name: objectName(name, `dashboard-${dashboard.name}`),
            namespace,
            labels: { grafana_dashboard: "1" },
        },
        // The sidecar puts the files of all namespaces into one folder, so the name contains the namespace.
        data: { [`${dashboard.identifier}.json`]: JSON.stringify(dashboard.json) },
    };
}
