import { type Duration, times } from "../../model/index.ts";
import type { AlertScope } from "../alert.ts";
import { prometheusDuration, queueMetrics, selector } from "../metrics.ts";
import type { WatchedQueue } from "./watchedQueue.ts";

type QueueMetric = keyof typeof queueMetrics;

/** PromQL about one queue. Every expression keeps the labels `vhost` and `queue`, and no others. */
export interface QueueExpression {
    readonly selector: (metric: QueueMetric) => string;
    /** A gauge, whichever node tells it: after a change of leader two may for a moment. */
    readonly gauge: (metric: QueueMetric, modifier?: string) => string;
    /** The smallest value of a gauge within a window, whichever nodes told it. */
    readonly least: (metric: QueueMetric, window: Duration) => string;
    /** What a gauge will be if it goes on as in the window. */
    readonly predicted: (metric: QueueMetric, window: Duration, horizon: Duration) => string;
    /** How much counters of all nodes grew within a window; 0 where nothing was counted yet. */
    readonly growth: (metrics: readonly QueueMetric[], window: Duration) => string;
}

/** Everything that takes a message out of the ready ones, but for expiry. */
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
        least: (metric, window) =>
            `min_over_time(${gauge(metric)}[${prometheusDuration(window)}:${prometheusDuration(times(window, 0.25))}])`,
        predicted: (metric, window, horizon) =>
            `max ${by} (predict_linear(${select(metric)}[${prometheusDuration(window)}], ${horizon / 1_000}))`,
        growth: (metrics, window) => {
            const sums = metrics.map(
                (metric) => `sum ${by} (increase(${select(metric)}[${prometheusDuration(window)}]))`,
            );
            // Nobody ever took a message out: then the broker counts nothing, rather than zero.
            return `(${sums.join(" + ")} or 0 * ${gauge("ready")})`;
        },
    };
}
