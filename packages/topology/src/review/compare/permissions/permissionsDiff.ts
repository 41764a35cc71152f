import { lazy } from "../../../lookup/memoize.ts";
import { permanentExchanges } from "../../../model/builtInExchange.ts";
import { type Permission, type Topology, usersOf } from "../../../model/index.ts";
import { compareText } from "../../../text/names.ts";
import { type Comparison, compareTopologies } from "../comparison.ts";
import { comparePatterns, type PermissionChange, permissionKinds } from "./permissionChange.ts";
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
    const changes: PermissionChange[] = [];
    for (const [key, { vhost, user }] of new Map([...(recordsBefore ?? []), ...(recordsAfter ?? [])])) {
        const [recordBefore, recordAfter] = [recordsBefore?.get(key), recordsAfter?.get(key)];
        const known = () => names().get(vhost) ?? new Set(permanentExchanges);
        for (const right of ["configure", "write", "read"] as const) {
            const change = comparePatterns(recordBefore?.[right], recordAfter?.[right], known);
            if (change !== undefined) {
                const declaredNames = right === "configure" ? undefined : after.needs(vhost, user)?.[right];
                changes.push({
                    id: `rights ${vhost}/${user} ${right}`,
                    vhost,
                    user,
                    right,
                    ...change,
                    unasked: change.widened.filter((name) => declaredNames?.has(name) !== true),
                    missing: change.narrowed.filter((name) => declaredNames?.has(name) === true),
                });
            }
        }
    }
    return changes;
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
                      unasked: widened.filter((tag) => tag === "administrator" || !declared.includes(tag)),
                      missing: narrowed.filter((tag) => declared.includes(tag)),
                      proven: true,
                  },
              ];
    });
}
