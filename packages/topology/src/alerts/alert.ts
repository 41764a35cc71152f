import type { Duration } from "../model/index.ts";
import type { Matchers } from "./metrics.ts";

/**
 * Critical: messages are lost or rejected, or consumers are stopped; a person must act now. Warning: this is likely to happen soon, or a person
 * must decide something, within a day.
 */
export type AlertSeverity = "critical" | "warning";

/** A Prometheus alerting rule, independent of the file format. */
export interface Alert {
    readonly name: string;
    readonly severity: AlertSeverity;
    /** PromQL. The alert fires for each series of the result. */
    readonly expression: string;
    /** How long the expression must be true. */
    readonly holdFor: Duration;
    /** Labels besides `severity` and those of the expression's series. */
    readonly labels: Matchers;
    /** One line: what is wrong. */
    readonly summary: string;
    /** What it means, how to examine it, and how to fix it. */
    readonly description: string;
}

/** Alerts that Prometheus evaluates and shows together. */
export interface AlertGroup {
    readonly name: string;
    readonly alerts: readonly Alert[];
}

/** The inputs of alerts besides the topology. */
export interface AlertScope {
    /** Labels that select this broker's metrics if Prometheus monitors several brokers. @default - none */
    readonly matchers: Matchers;
    /** The number of cluster nodes; `undefined` if the topology's owner does not run the cluster. */
    readonly nodes: number | undefined;
    /** The maximum number of service processes. @default - the replicas that the topology declares */
    readonly processes?: number;
    /** The option that selects the topology in commands of descriptions: `--stack prod`. */
    readonly target: string;
}
