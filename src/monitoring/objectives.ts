import { duration } from "@spot-messaging/topology";
import type { Alert } from "@spot-messaging/topology/alerts";
import { type ServiceQuery, serviceQuery } from "./serviceQuery.ts";
import type { ServiceScope } from "./serviceScope.ts";

/** The share of analyses that end with a verdict before their deadline, measured over 30 days. */
export const completedObjective = 0.99;

/** The share of urgent analyses that end within the deadline of an analysis. */
export const urgentQuantile = 0.95;

/**
 * How fast the error budget of 30 days may be used: 2 % of it in one hour, 5 % in six hours, 10 % in three days. The short window ends the alert
 * soon after the failures end.
 * @see https://sre.google/workbook/alerting-on-slos/
 */
const burnRates = [
    { severity: "critical", rate: 14.4, long: "1h", short: "5m", used: "2 % of it in one hour" },
    { severity: "critical", rate: 6, long: "6h", short: "30m", used: "5 % of it in six hours" },
    { severity: "warning", rate: 1, long: "3d", short: "6h", used: "10 % of it in three days" },
] as const;

/** The share of the analyses that ended within a window without a verdict. */
export function failedShare({ series }: ServiceQuery, window: string): string {
    const rate = (more: string): string => `sum(rate(${series("analyses", more)}[${window}]))`;
    return `(${rate('state!="completed"')} / ${rate("")})`;
}

/** Alerts about what the senders of e-mails notice. */
export function objectiveAlerts({ matchers, target, analysisDeadline }: ServiceScope): readonly Alert[] {
    const query = serviceQuery(matchers);
    const allowed = 1 - completedObjective;
    const seconds = analysisDeadline / 1_000;
    return [
        ...burnRates.map(({ severity, rate, long, short, used }): Alert => {
            const limit = Number((rate * allowed).toFixed(4));
            return {
                name: "ErrorBudgetBurns",
                severity,
                expression: `${failedShare(query, long)} > ${limit} and ${failedShare(query, short)} > ${limit}`,
                holdFor: duration("2 minutes"),
                labels: { service: "analyzer-orchestrator", window: long },
                summary: `{{ $value | humanizePercentage }} of the analyses of the last ${long} ended without a verdict`,
                description: `The objective is ${completedObjective * 100} % in 30 days. At this rate the error budget is used fast: ${used}. Check: npm run status ${target} for the queue whose messages wait, and the alerts of the analyzers. Add replicas of the analyzer whose jobs expire; fix the one that fails.`,
            };
        }),
        {
            name: "UrgentAnalysesLate",
            severity: "critical",
            expression: `${query.quantile(urgentQuantile, "analysisSeconds", [], "15m", 'urgency="urgent"')} > ${seconds}`,
            holdFor: duration("5 minutes"),
            labels: { service: "analyzer-orchestrator" },
            summary: `the slowest ${Math.round((1 - urgentQuantile) * 100)} % of the urgent analyses take more than ${seconds} s`,
            description: `Urgent jobs come first in every queue, so even these do not fit into the capacity. Check: npm run status ${target}. Add replicas of the analyzer whose queue is longest.`,
        },
    ];
}
