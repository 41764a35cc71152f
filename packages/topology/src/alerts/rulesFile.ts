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
        readonly annotations: {
            readonly summary: string;
            readonly description: string;
            readonly runbook_url?: string;
        };
    }[];
}

/** The URL of an alert's runbook, by the alert's name; `undefined` if it has none. */
export type RunbookUrl = (alert: string) => string | undefined;

/** A group of alerts in the format of Prometheus. @param runbookUrl by default, alerts have no annotation `runbook_url` */
export function ruleGroup({ name, alerts }: AlertGroup, runbookUrl?: RunbookUrl): RuleGroup {
    return { name, rules: alerts.map((alert) => rule(alert, runbookUrl?.(alert.name))) };
}

function rule(
    { name, severity, expression, holdFor, labels, summary, description }: Alert,
    runbook: string | undefined,
): RuleGroup["rules"][number] {
    return {
        alert: name,
        expr: expression,
        for: prometheusDuration(holdFor),
        labels: { severity, ...labels },
        annotations: { summary, description, ...(runbook !== undefined && { runbook_url: runbook }) },
    };
}

/**
 * A rules file for Prometheus without the Prometheus Operator.
 * @see https://prometheus.io/docs/prometheus/latest/configuration/alerting_rules/
 */
export function renderRulesFile(groups: readonly AlertGroup[], heading: string): string {
    return `# ${heading}\n${stringify({ groups: groups.map((group) => ruleGroup(group)) }, { lineWidth: 0 })}`;
}
