import type { Topology } from "../../model/index.ts";
import type { Cause } from "../causes/cause.ts";
import { causesOf } from "../causes/causes.ts";
import type { ComponentRename } from "../causes/componentRename.ts";
import { type Change, compareChanges } from "../compare/change.ts";
import { compareTopologies } from "../compare/comparison.ts";
import { contractChanges } from "../compare/contract/contractDiff.ts";
import type { ContractChange } from "../compare/contract/contractRule.ts";
import { changesOf } from "../compare/diff.ts";
import type { PermissionChange } from "../compare/permissions/permissionChange.ts";
import { permissionChanges } from "../compare/permissions/permissionsDiff.ts";
import { routeBlame } from "../compare/routes/routeBlame.ts";
import { blamedRouteChanges, type RouteChange } from "../compare/routes/routingDiff.ts";
import { type SettingChange, settingChanges } from "../compare/settings/settingsDiff.ts";
import { type Verdict, verdict } from "./verdict.ts";

/** All differences between two versions of a topology, as data in total order. */
export interface Review {
    readonly verdict: Verdict;
    /** The edits of the program that make all differences, the worst first. */
    readonly causes: readonly Cause[];
    readonly changes: readonly Change[];
    readonly routing: readonly RouteChange[];
    readonly settings: readonly SettingChange[];
    readonly permissions: readonly PermissionChange[];
    readonly contract: readonly ContractChange[];
}

/** What the topologies themselves do not show. */
export interface Refinement {
    /** @default - nothing */
    readonly refine?: (change: Change) => Change;
    /** The new name of the component that declares the topology, if objects are deleted because of it. */
    readonly component?: ComponentRename;
}

/**
 * Compares two versions of a topology.
 * @param stack the first word of the verdict's line
 */
export function review(
    stack: string,
    before: Topology,
    after: Topology,
    { refine = (change) => change, component }: Refinement = {},
): Review {
    const comparison = compareTopologies(before, after);
    const routes = blamedRouteChanges(comparison);
    const permissions = permissionChanges(comparison);
    const routing = routes.map(({ change }) => change);
    const found = {
        changes: changesOf({ comparison, routing: routeBlame(routes), permissions: permissions })
            .map(refine)
            .sort(compareChanges),
        routing,
        permissions,
        contract: contractChanges({ comparison, routing, permissions: permissions }),
    };
    const causes = causesOf({ comparison, ...found, ...(component !== undefined && { component }) });
    return {
        verdict: verdict(stack, { ...found, causes }),
        causes,
        ...found,
        settings: settingChanges(comparison),
    };
}
