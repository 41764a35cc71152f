import type * as k8s from "@pulumi/kubernetes";
import {
    detailedFamilies,
    exchangeMetrics,
    memberMetrics,
    prometheusDuration,
    queueMetrics,
    scrapeInterval,
} from "@spot-messaging/topology/alerts";
import type { Monitoring } from "../../cluster/cluster.ts";
import { operatorKinds } from "../operatorKinds.ts";

/** The used part of the `ServiceMonitor` custom resource. */
export interface ServiceMonitorManifest extends k8s.apiextensions.CustomResourceArgs {
    readonly spec: Readonly<Record<string, unknown>>;
}

/** The scrape target: a broker of the RabbitMQ Cluster Operator. */
export interface ScrapedCluster {
    /** The name of the RabbitmqCluster. The operator uses it for the Service, and Prometheus as label `job` of every metric. */
    readonly name: string;
    readonly namespace: string;
    /** The virtual hosts with monitored queues. */
    readonly vhosts: readonly string[];
    /**
     * The Secret with the authority in `ca.crt`, and a host name in the nodes' certificate. `undefined`: the broker's listeners have no
     * TLS.
     */
    readonly tls: { readonly secret: string; readonly serverName: string } | undefined;
}

/** Labels that identify this broker's metrics. */
export function scrapedLabels({ name, namespace }: ScrapedCluster): Readonly<Record<string, string>> {
    return { namespace, job: name };
}

/**
 * Configures Prometheus to scrape two endpoints of every node: the node's metrics, and detailed metrics for each queue. Only the metrics
 * that alerts and dashboards use are kept, because a node has hundreds of Raft metrics for every queue.
 * @see https://www.rabbitmq.com/kubernetes/operator/operator-monitoring
 */
export function toServiceMonitorArgs(
    cluster: ScrapedCluster,
    { labels }: Monitoring,
): ServiceMonitorManifest {
    const { name, namespace, vhosts, tls } = cluster;
    const target = {
        interval: prometheusDuration(scrapeInterval),
        scrapeTimeout: "10s",
        ...(tls === undefined
            ? { port: "prometheus", scheme: "http" }
            : {
                  port: "prometheus-tls",
                  scheme: "https",
                  tlsConfig: {
                      ca: { secret: { name: tls.secret, key: "ca.crt" } },
                      serverName: tls.serverName,
                  },
              }),
    };
    return {
        ...operatorKinds.serviceMonitor,
        metadata: { name, namespace, labels: { ...labels } },
        spec: {
            selector: {
                matchLabels: {
                    "app.kubernetes.io/name": name,
                    "app.kubernetes.io/component": "rabbitmq",
                },
            },
            endpoints: [
                { ...target, path: "/metrics" },
                {
                    ...target,
                    path: "/metrics/detailed",
                    params: { family: [...detailedFamilies], vhost: [...vhosts] },
                    metricRelabelings: [
                        {
                            action: "keep",
                            sourceLabels: ["__name__"],
                            regex: detailedMetrics.join("|"),
                        },
                    ],
                },
            ],
        },
    };
}

const detailedMetrics = [queueMetrics, exchangeMetrics, memberMetrics]
    .flatMap((metrics) => Object.values<string>(metrics))
    .sort();
