import type { Topology } from "../model/index.js";
import type { Change } from "./change.js";
import { contractChanges } from "./contractDiff.js";
import type { ContractChange } from "./contractRule.js";
import { changesOf } from "./diff.js";
import { rightsChanges } from "./permissionsDiff.js";
import type { RightsChange } from "./rightsChange.js";
import { routeBlame } from "./routeBlame.js";
import { blamedRouteChanges, type RouteChange } from "./routingDiff.js";
import { type SettingChange, settingChanges } from "./settingsDiff.js";
import { pairOf } from "./side.js";
import { type Verdict, verdict } from "./verdict.js";

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
    const pair = pairOf(before, after);
    const routes = blamedRouteChanges(pair);
    const permissions = rightsChanges(pair);
    const routing = routes.map(({ change }) => change);
    const found = {
        changes: changesOf({ pair, routing: routeBlame(routes), rights: permissions }),
        routing,
        permissions,
        contract: contractChanges({ pair, routing, rights: permissions }),
    };
    return { verdict: verdict(stack, found), ...found, settings: settingChanges(pair) };
}
