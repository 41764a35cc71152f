import * as pulumi from "@pulumi/pulumi";
import type { Topology } from "@spot-messaging/topology";
import {
    type AlertGroup,
    alertGroups,
    type Dashboard,
    dashboards,
    type RunbookUrl,
} from "@spot-messaging/topology/alerts";
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

/** Arguments of {@link ClusterMonitoring}. */
export interface ClusterMonitoringArgs {
    readonly broker: BrokerPods;
    readonly nodes: number;
    readonly monitoring: Monitoring;
    readonly topology: Topology;
    /** The stack's name in the commands of the alerts. */
    readonly stack: string;
    /** Prefix of the dashboards' titles and identifiers, so that those of two stacks differ. */
    readonly prefix: string;
    /** Alerts of the program itself, such as those about its services. @default - none */
    readonly alerts?: readonly AlertGroup[];
    /** The URL of each alert's runbook, for its annotation `runbook_url`. @default - no annotation */
    readonly runbookUrl?: RunbookUrl;
    /** Dashboards of the program itself. @default - none */
    readonly dashboards?: readonly Dashboard[];
    /** The maximum number of service processes. */
    readonly processes: number;
    /** The resources that must exist first: without a declared topology, every alert would fire. */
    readonly after: readonly pulumi.Resource[];
}

/** Configures the Prometheus operator and Grafana for a cluster: scraping, alert rules and dashboards. */
export class ClusterMonitoring extends pulumi.ComponentResource {
    constructor(name: string, args: ClusterMonitoringArgs, opts?: pulumi.ComponentResourceOptions) {
        const k8s = peer("ClusterMonitoring", "@pulumi/kubernetes");
        super("messaging:index:ClusterMonitoring", name, {}, opts);
        const { broker, monitoring, topology, nodes, stack, prefix, processes } = args;
        // The children of a component do not inherit its dependencies.
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
        for (const group of [...alertGroups(topology, scope), ...(args.alerts ?? [])]) {
            new k8s.apiextensions.CustomResource(
                `${name}-alerts-${group.name.replaceAll(" ", "-")}`,
                toPrometheusRuleArgs(cluster, monitoring, group, args.runbookUrl),
                child,
            );
        }
        const drawn = [...dashboards({ topology, prefix, matchers, nodes }), ...(args.dashboards ?? [])];
        for (const dashboard of drawn) {
            new k8s.core.v1.ConfigMap(
                `${name}-dashboard-${dashboard.name}`,
                toDashboardArgs(cluster, dashboard),
                child,
            );
        }
        this.registerOutputs({});
    }
}
