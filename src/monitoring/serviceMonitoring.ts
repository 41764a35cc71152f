import type { ClusterMonitoringArgs } from "@spot-messaging/pulumi";
import type { Topology } from "@spot-messaging/topology";
import type { Environment } from "../environment/environment.ts";
import { serviceAlertGroups } from "./serviceAlerts.ts";
import { servicesDashboard } from "./servicesDashboard.ts";

/** The alerts and the dashboard of the services that run on Kubernetes; without services, none. */
export function serviceMonitoring(
    { stack, analysisDeadline, deployment }: Pick<Environment, "stack" | "analysisDeadline" | "deployment">,
    topology: Topology,
    prefix: string,
): Pick<ClusterMonitoringArgs, "alerts" | "dashboards"> {
    if (deployment.kind !== "kubernetes") {
        return {};
    }
    const matchers = { namespace: deployment.namespace };
    const target = `--stack ${stack}`;
    return {
        alerts: serviceAlertGroups({ topology, matchers, target, analysisDeadline }),
        dashboards: [servicesDashboard({ topology, prefix, matchers, nodes: undefined })],
    };
}
