import { brokerDashboard } from "./brokerDashboard.js";
import type { Dashboard, DashboardScope } from "./dashboard.js";
import { queuesDashboard } from "./queuesDashboard.js";

export type { Dashboard, DashboardScope } from "./dashboard.js";

/** All dashboards of a topology. */
export function dashboards(scope: DashboardScope): readonly Dashboard[] {
    return [brokerDashboard(scope), queuesDashboard(scope)];
}
