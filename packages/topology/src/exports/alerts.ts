export { type Alert, type AlertGroup, type AlertScope, type AlertSeverity } from "../alerts/alert.ts";
export { alertGroups } from "../alerts/alertGroups.ts";
export {
    detailedFamilies,
    exchangeMetrics,
    type Matchers,
    memberMetrics,
    prometheusDuration,
    queueMetrics,
} from "../alerts/metrics.ts";
export { type QueueReading } from "../alerts/queues/queueReading.ts";
export {
    type QueueProblem,
    type QueueState,
    queueStates,
    undeclaredQueues,
} from "../alerts/queues/queueState.ts";
export { scrapeInterval } from "../alerts/queues/thresholds.ts";
export { type WatchedQueue } from "../alerts/queues/watchedQueue.ts";
export { type RuleGroup, type RunbookUrl, ruleGroup } from "../alerts/rulesFile.ts";
export { type DashboardScope, dashboard, type Row } from "../dashboards/dashboard.ts";
export { type Dashboard, dashboards } from "../dashboards/index.ts";
export { type PanelSettings, type Query, rateWindow, stat, timeSeries } from "../dashboards/panel.ts";
