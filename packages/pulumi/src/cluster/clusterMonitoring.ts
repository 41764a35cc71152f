import * as pulumi from "@pulumi/pulumi";
import type { Topology } from "@spot-messaging/topology";
import { alertGroups, dashboards } from "@spot-messaging/topology/alerts";
import { toDashboardArgs } from "../kubernetes/monitoring/dashboardConfigMap.ts";
import { toPrometheusRuleArgs } from "../kubernetes/monitoring/prometheusRule.ts";
import {
    type ScrapedCluster,
    scrapedLabels,
    toServiceMonitorArgs,
} from "../kubernetes/monitoring/serviceMonitor.ts";
import { peer } from "../peer.ts";
import type { BrokerPods } from "./brokerPods.ts";
import type { Monitoring } from "./cluster.ts";

/** What {@link ClusterMonitoring} needs. */
export interface ClusterMonitoringArgs {
    readonly broker: BrokerPods;
    readonly nodes: number;
    readonly monitoring: Monitoring;
    readonly topology: Topology;
    /** As the alerts' commands name it. */
    readonly stack: string;
    /** Begins the dashboards' titles and identifiers, so that those of two stacks are told apart. */
    readonly prefix: string;
    /** How many processes of the services run at most. */
    readonly processes: number;
    /** What must be there before any of it: a topology that is not declared yet would raise every alert. */
    readonly after: readonly pulumi.Resource[];
}

/** What the Prometheus operator and Grafana are told of a cluster: where its metrics are, when to call whom, what to draw. */
export class ClusterMonitoring extends pulumi.ComponentResource {
    constructor(name: string, args: ClusterMonitoringArgs, opts?: pulumi.ComponentResourceOptions) {
        const k8s = peer("ClusterMonitoring", "@pulumi/kubernetes");
        super("messaging:index:ClusterMonitoring", name, {}, opts);
        const { broker, monitoring, topology, nodes, stack, prefix, processes } = args;
        // A component's dependencies do not reach its children by themselves.
        const child = { parent: this, dependsOn: [...args.after] };
        const cluster: ScrapedCluster = {
            name: broker.name,
            namespace: broker.namespace,
            vhosts: topology.vhosts.map((vhost) => vhost.name),
            tls: { secret: broker.authority.secretName, serverName: broker.host },
        };
        const matchers = scrapedLabels(cluster);
        new k8s.apiextensions.CustomResource(
            `${name}-monitor`,
            toServiceMonitorArgs(cluster, monitoring),
            child,
        );
        const scope = { matchers, nodes, processes, target: `--stack ${stack}` };
        for (const group of alertGroups(topology, scope)) {
            new k8s.apiextensions.CustomResource(
                `${name}-alerts-${group.name.replaceAll(" ", "-")}`,
                toPrometheusRuleArgs(cluster, monitoring, group),
                child,
            );
        }
        for (const dashboard of dashboards({ topology, prefix, matchers, nodes })) {
            new k8s.core.v1.ConfigMap(
                `${name}-dashboard-${dashboard.name}`,
                toDashboardArgs(cluster, dashboard),
                child,
            );
        }
        this.registerOutputs({});
    }
}
