import { stringify } from "yaml";
import type { Alert, AlertGroup } from "./alert.ts";
import { prometheusDuration } from "./metrics.ts";

/** A group in the format of Prometheus rules files and of PrometheusRule. */
export interface RuleGroup {
    readonly name: string;
    readonly rules: readonly {
        readonly alert: string;
        readonly expr: string;
        readonly for: string;
        readonly labels: Readonly<Record<string, string>>;
        readonly annotations: { readonly summary: string; readonly description: string };
    }[];
}

/** A group of alerts in the format of Prometheus. */
export function ruleGroup({ name, alerts }: AlertGroup): RuleGroup {
    return { name, rules: alerts.map(rule) };
}

function rule({
    name,
    severity,
    expression,
    holdFor,
    labels,
    summary,
    description,
}: Alert): RuleGroup["rules"][number] {
    return {
        alert: name,
        expr: expression,
        for: prometheusDuration(holdFor),
        labels: { severity, ...labels },
        annotations: { summary, description },
    };
}

/**
 * A rules file for Prometheus without the Prometheus Operator.
 * @see https://prometheus.io/docs/prometheus/latest/configuration/alerting_rules/
 */
export function renderRulesFile(groups: readonly AlertGroup[], heading: string): string {
    return `# ${heading}\n${stringify({ groups: groups.map(ruleGroup) }, { lineWidth: 0 })}`;
}
