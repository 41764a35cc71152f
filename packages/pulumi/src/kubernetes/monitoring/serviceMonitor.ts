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

/** A `ServiceMonitor` as its definition has it, as far as it is used here. */
export interface ServiceMonitorManifest extends k8s.apiextensions.CustomResourceArgs {
    readonly spec: Readonly<Record<string, unknown>>;
}

/** A broker that the RabbitMQ Cluster Operator runs, as Prometheus finds it. */
export interface ScrapedCluster {
    /** The RabbitmqCluster's name; the operator gives it to the Service, and Prometheus, as `job`, to every metric. */
    readonly name: string;
    readonly namespace: string;
    /** The virtual hosts whose queues are watched. */
    readonly vhosts: readonly string[];
    /** The Secret whose `ca.crt` signed the nodes' certificate, and a name in it. `undefined`: the broker has listeners without TLS. */
    readonly tls: { readonly secret: string; readonly serverName: string } | undefined;
}

/** Labels that only this broker's metrics have. */
export function scrapedLabels({ name, namespace }: ScrapedCluster): Readonly<Record<string, string>> {
    return { namespace, job: name };
}

/**
 * Tells Prometheus to scrape every node: once what the node tells of itself, and once the numbers of single queues, of which nothing is
 * kept but what alerts and dashboards ask for. A node has hundreds of Raft numbers for every queue.
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
