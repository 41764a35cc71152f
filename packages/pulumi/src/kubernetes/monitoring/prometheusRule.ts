import type * as k8s from "@pulumi/kubernetes";
import type { AlertGroup } from "@spot-messaging/topology/alerts";
import { type RuleGroup, type RunbookUrl, ruleGroup } from "@spot-messaging/topology/alerts";
import type { Monitoring } from "../../cluster/cluster.ts";
import { operatorKinds } from "../operatorKinds.ts";
import { objectName } from "./objectName.ts";
import type { ScrapedCluster } from "./serviceMonitor.ts";

/** The `PrometheusRule` custom resource. */
export interface PrometheusRuleManifest extends k8s.apiextensions.CustomResourceArgs {
    readonly spec: { readonly groups: readonly RuleGroup[] };
}

/** One object for each group, because all groups together can exceed the size limit of one object. */
export function toPrometheusRuleArgs(
    { name, namespace }: Pick<ScrapedCluster, "name" | "namespace">,
    { labels }: Monitoring,
    group: AlertGroup,
    runbookUrl?: RunbookUrl,
): PrometheusRuleManifest {
    return {
        ...operatorKinds.prometheusRule,
        metadata: { name: objectName(name, group.name), namespace, labels: { ...labels } },
        spec: { groups: [{ ...ruleGroup(group, runbookUrl), name: `${name}: ${group.name}` }] },
    };
}
