import type { Matchers } from "@spot-messaging/topology/alerts";
import { type ServiceMetric, serviceMetrics } from "./serviceMetrics.ts";

/** PromQL about the metrics of the services of one stack. */
export interface ServiceQuery {
    /** The series of a metric: `spot_ready{service="gateway"}`. */
    readonly series: (metric: ServiceMetric, more?: string) => string;
    /** The last value of a gauge, also of a process that ended within the window: one that restarts again and again has gaps. */
    readonly last: (metric: ServiceMetric, window: string) => string;
    /** The increase of a counter within a window, summed over the replicas. */
    readonly increase: (
        metric: ServiceMetric,
        by: readonly string[],
        window: string,
        more?: string,
    ) => string;
    /**
     * The events within a window, also those before the first scrape of a new process or of a new label: the increase of a counter does not
     * contain its first value.
     */
    readonly events: (metric: ServiceMetric, by: readonly string[], window: string, more?: string) => string;
    /** A quantile of a histogram within a window, over all replicas. */
    readonly quantile: (
        quantile: number,
        metric: ServiceMetric,
        by: readonly string[],
        window: string,
        more?: string,
    ) => string;
}

/** @param matchers labels that select the stack's services if Prometheus monitors several stacks */
export function serviceQuery(matchers: Matchers): ServiceQuery {
    const fixed = Object.entries(matchers).map(([label, value]) => `${label}=${JSON.stringify(value)}`);
    const select = (name: string, more: string): string => {
        const parts = [...fixed, ...(more === "" ? [] : [more])];
        return parts.length === 0 ? name : `${name}{${parts.join(",")}}`;
    };
    return {
        series: (metric, more = "") => select(serviceMetrics[metric], more),
        last: (metric, window) => `last_over_time(${select(serviceMetrics[metric], "")}[${window}])`,
        increase: (metric, by, window, more = "") =>
            `sum by (${by.join(", ")}) (increase(${select(serviceMetrics[metric], more)}[${window}]))`,
        events: (metric, by, window, more = "") => {
            const counter = select(serviceMetrics[metric], more);
            const isNew = `${counter} unless last_over_time(${counter}[${window}] offset ${window})`;
            return `sum by (${by.join(", ")}) ((${isNew}) or increase(${counter}[${window}]))`;
        },
        quantile: (quantile, metric, by, window, more = "") =>
            `histogram_quantile(${quantile}, sum by (${[...by, "le"].join(", ")}) (rate(${select(`${serviceMetrics[metric]}_bucket`, more)}[${window}])))`,
    };
}
