import type { Duration } from "../model/index.ts";
import type { Matchers } from "./metrics.ts";

/**
 * Critical: messages are lost or refused, or work stands still; somebody must act now. Warning: it will come to that, or a person has
 * something to decide; today is early enough.
 */
export type AlertSeverity = "critical" | "warning";

/** A rule of Prometheus, before it is written down. */
export interface Alert {
    readonly name: string;
    readonly severity: AlertSeverity;
    /** PromQL; the alert fires for each series that it answers. */
    readonly expression: string;
    /** How long the expression must hold. */
    readonly holdFor: Duration;
    /** Besides `severity` and those of the expression's series. */
    readonly labels: Matchers;
    /** One line: what is wrong. */
    readonly summary: string;
    /** What it means, the command to look, and the way out. */
    readonly description: string;
}

/** Alerts that are evaluated and shown together. */
export interface AlertGroup {
    readonly name: string;
    readonly alerts: readonly Alert[];
}

/** What the alerts need to know besides the topology. */
export interface AlertScope {
    /** Labels that only this broker's metrics have, where one Prometheus watches several. @default - none */
    readonly matchers: Matchers;
    /** How many nodes the cluster has; `undefined` where others decide that. */
    readonly nodes: number | undefined;
    /** The maximum number of service processes. @default - as many as the topology says */
    readonly processes?: number;
    /** How the commands of the descriptions name the topology: `--stack prod`. */
    readonly target: string;
}
