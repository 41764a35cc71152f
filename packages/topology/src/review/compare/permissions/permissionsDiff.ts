import { lazy } from "../../../lookup/memoize.ts";
import { defaultExchange, permanentExchanges } from "../../../model/builtInExchange.ts";
import { type Permission, type Topology, usersOf } from "../../../model/index.ts";
import { compareText } from "../../../text/names.ts";
import { type Comparison, compareTopologies } from "../comparison.ts";
import { comparePatterns, type PermissionChange, permissionKinds } from "./permissionChange.ts";
import { isGraveTag, type KnownNames, powersOf, tagPower } from "./powers.ts";
import { topicPermissionChanges } from "./topicPermissions.ts";

/** The users who may do more or less than before, by the names that their patterns match. Sorted by user. */
export function permissionsDiff(before: Topology, after: Topology): readonly PermissionChange[] {
    return permissionChanges(compareTopologies(before, after));
}

export function permissionChanges(comparison: Comparison): readonly PermissionChange[] {
    return [
        ...patternChanges(comparison),
        ...topicPermissionChanges(comparison),
        ...tagChanges(comparison),
    ].sort((a, b) => compareText(sortKey(a), sortKey(b)));
}

function sortKey({ user, vhost, right, exchange = "" }: PermissionChange): string {
    return JSON.stringify([user, vhost, permissionKinds.indexOf(right), exchange]);
}

function patternChanges({ before, after }: Comparison): readonly PermissionChange[] {
    const identityOf = ({ vhost, user }: Permission): string => JSON.stringify([vhost, user]);
    const [recordsBefore, recordsAfter] = [before, after].map(
        ({ topology }) => new Map(topology.permissions.map((each) => [identityOf(each), each])),
    );
    const names = lazy(() => namesByVhost(before.topology, after.topology));
    const kinds = lazy(() => kindsByVhost(before.topology, after.topology));
    const oldUsers = new Set(before.topology.users.map(({ name }) => name));
    const changes: PermissionChange[] = [];
    for (const [key, { vhost, user }] of new Map([...(recordsBefore ?? []), ...(recordsAfter ?? [])])) {
        const [recordBefore, recordAfter] = [recordsBefore?.get(key), recordsAfter?.get(key)];
        const known = () => names().get(vhost) ?? new Set(permanentExchanges);
        const needs = after.needs(vhost, user);
        if (recordBefore === undefined && needs === undefined && oldUsers.has(user)) {
            changes.push(access(vhost, user));
        }
        for (const right of ["configure", "write", "read"] as const) {
            const change = comparePatterns(recordBefore?.[right], recordAfter?.[right], known);
            if (change !== undefined) {
                const { isOpenEnded, isEverything, ...compared } = change;
                const declaredNames = right === "configure" ? undefined : needs?.[right];
                const unasked = change.widened.filter((name) => declaredNames?.has(name) !== true);
                const isWide = right === "write" && change.widened.includes(defaultExchange);
                const isNeeded = change.widened.length > 0 && unasked.length === 0 && !isOpenEnded;
                changes.push({
                    id: `rights ${vhost}/${user} ${right}`,
                    vhost,
                    user,
                    right,
                    ...compared,
                    unasked,
                    powers: powersOf(
                        right,
                        { isOpenEnded, isEverything, ...compared },
                        recordAfter?.[right] ?? "",
                        kinds().get(vhost) ?? noNames,
                    ),
                    ...(isNeeded &&
                        needs !== undefined && { askedBy: `service "${needs.service.name}" uses it` }),
                    needsApproval: unasked.length > 0 || isOpenEnded || (isWide && oldUsers.has(user)),
                    missing: change.narrowed.filter((name) => declaredNames?.has(name) === true),
                });
            }
        }
    }
    return changes;
}

/** An existing user's right to connect to another virtual host, which a permission without any name gives as well. */
function access(vhost: string, user: string): PermissionChange {
    return {
        id: `rights ${vhost}/${user} access`,
        vhost,
        user,
        right: "access",
        widened: [vhost],
        narrowed: [],
        unasked: [vhost],
        powers: [`connect to virtual host "${vhost}"`],
        needsApproval: true,
        missing: [],
        proven: true,
    };
}

const noNames: KnownNames = { exchanges: new Set(), queues: new Set() };

/** Which names are those of exchanges and queues before or after, by virtual host. */
function kindsByVhost(...topologies: readonly Topology[]): ReadonlyMap<string, KnownNames> {
    const kinds = new Map<string, { readonly exchanges: Set<string>; readonly queues: Set<string> }>();
    const of = (vhost: string) => {
        const known = kinds.get(vhost) ?? { exchanges: new Set(), queues: new Set() };
        kinds.set(vhost, known);
        return known;
    };
    for (const { exchanges, queues } of topologies) {
        for (const { vhost, name } of exchanges) {
            of(vhost).exchanges.add(name);
        }
        for (const { vhost, name } of queues) {
            of(vhost).queues.add(name);
        }
    }
    return kinds;
}

/** The names of all exchanges and queues before and after, by virtual host. */
function namesByVhost(...topologies: readonly Topology[]): ReadonlyMap<string, ReadonlySet<string>> {
    const names = new Map<string, Set<string>>();
    for (const { exchanges, queues } of topologies) {
        for (const { vhost, name } of [...exchanges, ...queues]) {
            const known = names.get(vhost) ?? new Set(permanentExchanges);
            names.set(vhost, known.add(name));
        }
    }
    return names;
}

function tagChanges({ before, after }: Comparison): readonly PermissionChange[] {
    const [tagsBefore, tagsAfter] = [before, after].map(
        ({ topology }) => new Map(topology.users.map(({ name, tags }) => [name, tags])),
    );
    return [...new Set([...(tagsBefore?.keys() ?? []), ...(tagsAfter?.keys() ?? [])])].flatMap((user) => {
        const [oldTags, newTags] = [tagsBefore?.get(user) ?? [], tagsAfter?.get(user) ?? []];
        const declared = after.topology.services
            .filter((each) => usersOf(each).includes(user))
            .flatMap(({ tags }) => tags);
        const widened = newTags.filter((tag) => !oldTags.includes(tag)).sort(compareText);
        const narrowed = oldTags.filter((tag) => !newTags.includes(tag)).sort(compareText);
        return widened.length === 0 && narrowed.length === 0
            ? []
            : [
                  {
                      id: `rights ${user} tags`,
                      vhost: "",
                      user,
                      right: "tags" as const,
                      widened,
                      narrowed,
                      unasked: widened.filter((tag) => !declared.includes(tag)),
                      powers: widened.map(tagPower),
                      ...(widened.length > 0 &&
                          widened.every((tag) => declared.includes(tag)) && {
                              askedBy: `service "${user}" declares ${widened.length > 1 ? "the tags" : "the tag"}`,
                          }),
                      needsApproval: widened.some((tag) => isGraveTag(tag) || !declared.includes(tag)),
                      missing: narrowed.filter((tag) => declared.includes(tag)),
                      proven: true,
                  },
              ];
    });
}
