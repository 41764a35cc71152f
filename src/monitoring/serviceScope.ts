import type { Duration, Topology } from "@spot-messaging/topology";
import type { Matchers } from "@spot-messaging/topology/alerts";

/** The inputs of the alerts about services. */
export interface ServiceScope {
    readonly topology: Topology;
    /** Labels that select the stack's services if Prometheus monitors several stacks. */
    readonly matchers: Matchers;
    /** The option that selects the stack in commands of descriptions: `--stack prod`. */
    readonly target: string;
    readonly analysisDeadline: Duration;
}
