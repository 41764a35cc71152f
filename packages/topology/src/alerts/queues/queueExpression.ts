import { type Duration, times } from "../../model/index.ts";
import type { AlertScope } from "../alert.ts";
import { prometheusDuration, queueMetrics, selector } from "../metrics.ts";
import type { WatchedQueue } from "./watchedQueue.ts";

type QueueMetric = keyof typeof queueMetrics;

/** PromQL about one queue. Every expression keeps the labels `vhost` and `queue`, and no others. */
export interface QueueExpression {
    readonly selector: (metric: QueueMetric) => string;
    /** A gauge. After a change of leader, two nodes may report it for a moment. */
    readonly gauge: (metric: QueueMetric, modifier?: string) => string;
    /** The minimum of a gauge within a window. */
    readonly minimum: (metric: QueueMetric, window: Duration) => string;
    /** The value of a gauge at the horizon, if the trend of the window continues. */
    readonly predicted: (metric: QueueMetric, window: Duration, horizon: Duration) => string;
    /** The increase of counters of all nodes within a window; 0 if nothing was counted yet. */
    readonly growth: (metrics: readonly QueueMetric[], window: Duration) => string;
}

/** The counters of all deliveries. Only expiry removes ready messages without a delivery. */
export const deliveries: readonly QueueMetric[] = [
    "deliveredToConsumers",
    "deliveredUnacknowledged",
    "got",
    "gotUnacknowledged",
];

export function queueExpression({ vhost, name }: WatchedQueue, { matchers }: AlertScope): QueueExpression {
    const by = "by (vhost, queue)";
    const select = (metric: QueueMetric): string =>
        selector(queueMetrics[metric], { ...matchers, vhost, queue: name });
    const gauge: QueueExpression["gauge"] = (metric, modifier = "") =>
        `max ${by} (${select(metric)}${modifier})`;
    return {
        selector: select,
        gauge,
        minimum: (metric, window) =>
            `min_over_time(${gauge(metric)}[${prometheusDuration(window)}:${prometheusDuration(times(window, 0.25))}])`,
        predicted: (metric, window, horizon) =>
            `max ${by} (predict_linear(${select(metric)}[${prometheusDuration(window)}], ${horizon / 1_000}))`,
        growth: (metrics, window) => {
            const sums = metrics.map(
                (metric) => `sum ${by} (increase(${select(metric)}[${prometheusDuration(window)}]))`,
            );
            // Before the first delivery the counter does not exist.
            return `(${sums.join(" + ")} or 0 * ${gauge("ready")})`;
        },
    };
}
