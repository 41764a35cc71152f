import { brokerDashboard } from "./brokerDashboard.ts";
import type { Dashboard, DashboardScope } from "./dashboard.ts";
import { queuesDashboard } from "./queuesDashboard.ts";

export type { Dashboard, DashboardScope } from "./dashboard.ts";

/** All dashboards of a topology. */
export function dashboards(scope: DashboardScope): readonly Dashboard[] {
    return [brokerDashboard(scope), queuesDashboard(scope)];
}
