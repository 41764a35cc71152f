import type * as k8s from "@pulumi/kubernetes";
import type { Monitoring } from "../../../../model/index.js";
import type { AlertGroup } from "../../../../observe/alert.js";
import { type RuleGroup, ruleGroup } from "../../../../observe/rulesFile.js";
import { operatorKinds } from "../operatorKinds.js";
import { objectName } from "./objectName.js";
import type { ScrapedCluster } from "./serviceMonitor.js";

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
