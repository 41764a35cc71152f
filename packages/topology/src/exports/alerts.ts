export { type Alert, type AlertGroup, type AlertScope, type AlertSeverity } from "../alerts/alert.ts";
export { alertGroups } from "../alerts/alertGroups.ts";
export {
    detailedFamilies,
    exchangeMetrics,
    type Matchers,
    memberMetrics,
    promDuration,
    queueMetrics,
} from "../alerts/metrics.ts";
export { type QueueReading } from "../alerts/queueReading.ts";
export { type QueueProblem, type QueueState, queueStates, undeclaredQueues } from "../alerts/queueState.ts";
export { type RuleGroup, ruleGroup } from "../alerts/rulesFile.ts";
export { scrapeInterval } from "../alerts/thresholds.ts";
export { type WatchedQueue } from "../alerts/watchedQueue.ts";
export { type DashboardScope } from "../dashboards/dashboard.ts";
export { type Dashboard, dashboards } from "../dashboards/index.ts";
