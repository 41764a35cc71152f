import { analyzerDisturbances } from "./analyzerDisturbances.ts";
import { brokerDisturbances } from "./brokerDisturbances.ts";
import { dependencyDisturbances } from "./dependencyDisturbances.ts";
import type { Disturbance } from "./disturbance.ts";
import { messageDisturbances } from "./messageDisturbances.ts";

/**
 * What causes the alerts, several together. The longest windows begin first, so that they are over at the end; the broker's nodes are lost at
 * the end.
 */
export const disturbances: readonly Disturbance[] = [
    ...Object.values<Disturbance>(analyzerDisturbances),
    ...Object.values<Disturbance>(messageDisturbances),
    ...Object.values<Disturbance>(dependencyDisturbances),
    ...Object.values<Disturbance>(brokerDisturbances),
];
