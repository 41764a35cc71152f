import { compareText } from "../../text/names.ts";
import {
    type Change,
    consequences,
    isDestructive,
    objectId,
    quotedIfStrange,
    worstOf,
} from "../compare/change.ts";
import { type Cause, type CauseParts, type Fear, fears } from "./cause.ts";
import { causeGroups } from "./causeGroups.ts";
import { losesQueue, subjectOf } from "./causeSubject.ts";
import { renamedKey, renameIn, titleOf } from "./causeTitle.ts";
import { type ChangeIndex, changeIndex, type Differences } from "./changeIndex.ts";
import { componentCauseId, componentTitle, isNameLost } from "./componentRename.ts";
import { widenedUsers } from "./widenedText.ts";

/** The edits of the program that make all differences, what a person fears most first. Each difference belongs to one cause. */
export function causesOf(differences: Differences): readonly Cause[] {
    const index = changeIndex(differences);
    return causeGroups(index)
        .map((parts) => causeOf(parts, index))
        .sort(
            (a, b) =>
                fears.indexOf(a.fear) - fears.indexOf(b.fear) ||
                consequences.indexOf(b.consequence) - consequences.indexOf(a.consequence) ||
                compareText(a.id, b.id),
        );
}

function causeOf(parts: CauseParts, index: ChangeIndex): Cause {
    const { roots, followers, routing, permissions, contract } = parts;
    const covers = [
        ...[...roots, ...followers].filter(({ consequence }) => isDestructive(consequence)),
        ...routing.filter(losesQueue),
        ...permissions.filter(({ needsApproval }) => needsApproval),
        ...contract.filter(({ blocks }) => blocks),
    ].map(({ id }) => id);
    const fear = fearOf(parts);
    const component = roots.some(isNameLost) ? index.component : undefined;
    const title =
        component === undefined ? titleOf(parts, index) : componentTitle(component, [...roots, ...followers]);
    const rename = component === undefined ? renamedNames(roots) : undefined;
    return {
        id: component === undefined ? idOf(parts, covers, title) : componentCauseId(component),
        title,
        ...(rename !== undefined && { rename }),
        fear,
        subject: subjectOf(parts, { fear, title }),
        consequence: worstOf([...roots, ...followers, ...routing].map((each) => each.consequence)),
        covers,
        members: [...roots, ...followers, ...routing, ...permissions, ...contract].map(({ id }) => id),
    };
}

/**
 * One difference is approved by its own id, an edit of one object by the id of that change, a renamed object by both names, and a value of
 * several objects by the title.
 */
function idOf({ roots, permissions }: CauseParts, covers: readonly string[], title: string): string {
    const [only, ...others] = covers;
    const [root, ...more] = roots;
    if (only !== undefined && others.length === 0) {
        return only;
    }
    if (root === undefined || more.length === 0) {
        return root?.id ?? only ?? title;
    }
    const rename = renameIn(roots);
    if (rename !== undefined) {
        return `rename ${objectId(rename.from)} -> ${quotedIfStrange(rename.to.name)}`;
    }
    return roots.every(({ action }) => action === "update" || action === "replace") &&
        widenedUsers({ permissions }).length === 0
        ? `change ${title}`
        : root.id;
}

function fearOf({ roots, followers, routing, permissions, contract }: CauseParts): Fear {
    const changes = [...roots, ...followers];
    const found: readonly (Fear | false)[] = [
        changes.some(({ consequence }) => consequence === "lost") && "lost",
        changes.some(({ effects }) =>
            effects.some((each) => isDestructive(each.consequence) && each.route === undefined),
        ) && "dropped",
        routing.some(losesQueue) && "unreceived",
        changes.some(({ consequence }) => isDestructive(consequence)) && "narrowed",
        permissions.some(({ needsApproval }) => needsApproval) && "widened",
        contract.some(({ blocks, kind }) => blocks && kind === "unconsumed") && "unconsumed",
        contract.some(({ blocks }) => blocks) && "broken",
        ...(["delayed", "reordered"] as const).map(
            (each) => [...changes, ...routing].some(({ consequence }) => consequence === each) && each,
        ),
    ];
    return found.find((each) => each !== false) ?? "none";
}

function renamedNames(roots: readonly Change[]): Cause["rename"] {
    const objects = renameIn(roots);
    const key = renamedKey(roots);
    return objects !== undefined
        ? { kind: objects.from.kind, from: objects.from.name, to: objects.to.name }
        : key !== undefined
          ? { kind: "routing key", ...key }
          : undefined;
}

/** The differences of a cause. */
export function partsOf(
    { members }: Cause,
    {
        changes,
        routing,
        permissions,
        contract,
    }: Pick<Differences, "changes" | "routing" | "permissions" | "contract">,
): Omit<CauseParts, "roots" | "followers"> & { readonly changes: readonly Change[] } {
    const ids = new Set(members);
    const isMember = ({ id }: { readonly id: string }): boolean => ids.has(id);
    return {
        changes: changes.filter(isMember),
        routing: routing.filter(isMember),
        permissions: permissions.filter(isMember),
        contract: contract.filter(isMember),
    };
}
