import type * as k8s from "@pulumi/kubernetes";
import type { Monitoring } from "@spot-messaging/pulumi";
import { operatorKinds, servicePods } from "@spot-messaging/pulumi/kubernetes";
import type { Service } from "@spot-messaging/topology";
import { partOf } from "../../environment/platform.ts";
import { metricsPortName } from "./container.ts";
import { objectNameOf } from "./place.ts";

const monitorName = "spot-services";

/**
 * Configures Prometheus to scrape every replica of every service; the label `service` of the metrics is the service's name. The pods have
 * only the name of its objects: `analyzer-links` for the service `analyzer.links`.
 */
export function toPodMonitorArgs(
    namespace: string,
    { labels }: Monitoring,
    services: readonly Service[],
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
                    relabelings: services.map((service) => ({
                        action: "replace",
                        sourceLabels: ["__meta_kubernetes_pod_label_app_kubernetes_io_name"],
                        regex: objectNameOf({ service }),
                        targetLabel: "service",
                        replacement: service.name,
                    })),
                },
            ],
        },
    };
}
