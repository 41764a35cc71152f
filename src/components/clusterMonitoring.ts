import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import type { Monitoring, Topology } from "../model/index.js";
import { alertGroups } from "../observe/alertGroups.js";
import { dashboards } from "../observe/dashboards/index.js";
import { toDashboardArgs } from "./translate/kubernetes/monitoring/dashboardConfigMap.js";
import { toPrometheusRuleArgs } from "./translate/kubernetes/monitoring/prometheusRule.js";
import {
    type ScrapedCluster,
    scrapedLabels,
    toServiceMonitorArgs,
} from "./translate/kubernetes/monitoring/serviceMonitor.js";

export interface ClusterMonitoringArgs {
    readonly cluster: Omit<ScrapedCluster, "vhosts">;
    readonly nodes: number;
    readonly monitoring: Monitoring;
    readonly topology: Topology;
    /** Names the stack in the alerts' commands and the dashboards' titles. */
    readonly stack: string;
}

/** What the Prometheus operator and Grafana are told of a cluster: where its metrics are, when to call whom, what to draw. */
export class ClusterMonitoring extends pulumi.ComponentResource {
    constructor(name: string, args: ClusterMonitoringArgs, opts?: pulumi.ComponentResourceOptions) {
        super("messaging:index:ClusterMonitoring", name, {}, opts);
        const { monitoring, topology, nodes, stack } = args;
        const cluster = { ...args.cluster, vhosts: topology.vhosts.map((vhost) => vhost.name) };
        const matchers = scrapedLabels(cluster);
        new k8s.apiextensions.CustomResource(`${name}-monitor`, toServiceMonitorArgs(cluster, monitoring), {
            parent: this,
        });
        for (const group of alertGroups(topology, { matchers, nodes, target: `--stack ${stack}` })) {
            new k8s.apiextensions.CustomResource(
                `${name}-alerts-${group.name.replaceAll(" ", "-")}`,
                toPrometheusRuleArgs(cluster, monitoring, group),
                { parent: this },
            );
        }
        for (const dashboard of dashboards({ topology, prefix: cluster.name, matchers, nodes })) {
            new k8s.core.v1.ConfigMap(
                `${name}-dashboard-${dashboard.name}`,
                toDashboardArgs(cluster, dashboard),
                { parent: this },
            );
        }
        this.registerOutputs({});
    }
}
