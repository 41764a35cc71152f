import type * as k8s from "@pulumi/kubernetes";
import type { Monitoring } from "@spot-messaging/pulumi";
import { operatorKinds, servicePods } from "@spot-messaging/pulumi/kubernetes";
import { partOf } from "../../environment/platform.ts";
import { metricsPortName } from "./container.ts";

const monitorName = "spot-services";

/** Configures Prometheus to scrape every replica of every service; the label `service` of the metrics is the service's name. */
export function toPodMonitorArgs(
    namespace: string,
    { labels }: Monitoring,
): k8s.apiextensions.CustomResourceArgs {
    return {
        ...operatorKinds.podMonitor,
        metadata: { name: monitorName, namespace, labels: { ...labels } },
        spec: {
            selector: { matchLabels: { ...servicePods(partOf) } },
            podMetricsEndpoints: [
                {
                    port: metricsPortName,
                    path: "/metrics",
                    interval: "15s",
                    scrapeTimeout: "10s",
                    relabelings: [
                        {
                            action: "replace",
                            sourceLabels: ["__meta_kubernetes_pod_label_app_kubernetes_io_name"],
                            targetLabel: "service",
                        },
                    ],
                },
            ],
        },
    };
}
