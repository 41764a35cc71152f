import { counted } from "../../text/units.ts";
import { resourceRules } from "../changeRules/resource.ts";
import { type Change, quotedIfStrange } from "../compare/change.ts";

/** The names of the component that declares the topology, before and after. */
export interface ComponentRename {
    readonly from: string;
    readonly to: string;
}

/** Whether an object is deleted because its logical name changed. */
export function isNameLost({ effects }: Change): boolean {
    return effects.some(({ reason }) => reason.rule === resourceRules.renamed.id);
}

export function componentTitle({ from, to }: ComponentRename, changes: readonly Change[]): string {
    const objects = counted(changes.filter(isNameLost).length, "object");
    return `component "${from}" is renamed to "${to}", without an alias for ${objects}`;
}

export function componentCauseId({ from, to }: ComponentRename): string {
    return `rename component ${quotedIfStrange(from)} -> ${quotedIfStrange(to)}`;
}
