import type { Topology } from "../../model/index.ts";
import type { Change } from "../compare/change.ts";
import { comparisonOf } from "../compare/comparison.ts";
import { contractChanges } from "../compare/contract/contractDiff.ts";
import type { ContractChange } from "../compare/contract/contractRule.ts";
import { changesOf } from "../compare/diff.ts";
import { rightsChanges } from "../compare/rights/permissionsDiff.ts";
import type { RightsChange } from "../compare/rights/rightsChange.ts";
import { routeBlame } from "../compare/routes/routeBlame.ts";
import { blamedRouteChanges, type RouteChange } from "../compare/routes/routingDiff.ts";
import { type SettingChange, settingChanges } from "../compare/settings/settingsDiff.ts";
import { type Verdict, verdict } from "./verdict.ts";

/** Everything that two versions of a topology differ in, as data in total order. */
export interface Review {
    readonly verdict: Verdict;
    readonly changes: readonly Change[];
    readonly routing: readonly RouteChange[];
    readonly settings: readonly SettingChange[];
    readonly permissions: readonly RightsChange[];
    readonly contract: readonly ContractChange[];
}

/**
 * Compares two versions of a topology.
 * @param stack what the verdict's line begins with
 */
export function review(stack: string, before: Topology, after: Topology): Review {
    const comparison = comparisonOf(before, after);
    const routes = blamedRouteChanges(comparison);
    const permissions = rightsChanges(comparison);
    const routing = routes.map(({ change }) => change);
    const found = {
        changes: changesOf({ comparison, routing: routeBlame(routes), rights: permissions }),
        routing,
        permissions,
        contract: contractChanges({ comparison, routing, rights: permissions }),
    };
    return { verdict: verdict(stack, found), ...found, settings: settingChanges(comparison) };
}
