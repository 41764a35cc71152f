export { type AlertGroup, type AlertSeverity } from "../alerts/alert.ts";
export { alertGroups } from "../alerts/alertGroups.ts";
export {
    detailedFamilies,
    exchangeMetrics,
    memberMetrics,
    promDuration,
    queueMetrics,
} from "../alerts/metrics.ts";
export { type QueueReading } from "../alerts/queueReading.ts";
export { type QueueState, queueStates, undeclaredQueues } from "../alerts/queueState.ts";
export { type RuleGroup, ruleGroup } from "../alerts/rulesFile.ts";
export { scrapeInterval } from "../alerts/thresholds.ts";
export { type Dashboard, dashboards } from "../dashboards/index.ts";
