import type * as k8s from "@pulumi/kubernetes";
import type { AlertGroup } from "@spot-messaging/topology/alerts";
import { type RuleGroup, ruleGroup } from "@spot-messaging/topology/alerts";
import type { Monitoring } from "../../cluster/cluster.ts";
import { operatorKinds } from "../operatorKinds.ts";
import { objectName } from "./objectName.ts";
import type { ScrapedCluster } from "./serviceMonitor.ts";

/** A `PrometheusRule` as its definition has it. */
export interface PrometheusRuleManifest extends k8s.apiextensions.CustomResourceArgs {
    readonly spec: { readonly groups: readonly RuleGroup[] };
}

/** One object for each group: all of them together may outgrow what the API server stores in one. */
export function toPrometheusRuleArgs(
    { name, namespace }: Pick<ScrapedCluster, "name" | "namespace">,
    { labels }: Monitoring,
    group: AlertGroup,
): PrometheusRuleManifest {
    return {
        ...operatorKinds.prometheusRule,
        metadata: { name: objectName(name, group.name), namespace, labels: { ...labels } },
        spec: { groups: [{ ...ruleGroup(group), name: `${name}: ${group.name}` }] },
    };
}
