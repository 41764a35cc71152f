import { lazy } from "../../../lookup/memoize.ts";
import { type Permission, type Topology, usersOf } from "../../../model/index.ts";
import { compareText } from "../../../text/names.ts";
import { defaultExchange } from "../../../view/permissionNeeds.ts";
import { type Comparison, comparisonOf } from "../comparison.ts";
import { keyRightsChanges } from "./keyRights.ts";
import { compared, type RightsChange, rights } from "./rightsChange.ts";

/** What every virtual host has without being told. */
const predeclared = [
    defaultExchange,
    "amq.direct",
    "amq.fanout",
    "amq.headers",
    "amq.match",
    "amq.rabbitmq.trace",
    "amq.topic",
];

/** Who may do more or less than before, decided by what the patterns really match; by user and right. */
export function permissionsDiff(before: Topology, after: Topology): readonly RightsChange[] {
    return rightsChanges(comparisonOf(before, after));
}

export function rightsChanges(comparison: Comparison): readonly RightsChange[] {
    return [...namedRights(comparison), ...keyRightsChanges(comparison), ...tagChanges(comparison)].sort(
        (a, b) => compareText(sortKey(a), sortKey(b)),
    );
}

function sortKey({ user, vhost, right, exchange = "" }: RightsChange): string {
    return JSON.stringify([user, vhost, rights.indexOf(right), exchange]);
}

function namedRights({ before, after }: Comparison): readonly RightsChange[] {
    const identityOf = ({ vhost, user }: Permission): string => JSON.stringify([vhost, user]);
    const [was, is] = [before, after].map(
        ({ topology }) => new Map(topology.permissions.map((each) => [identityOf(each), each])),
    );
    const names = lazy(() => namesByVhost(before.topology, after.topology));
    const changes: RightsChange[] = [];
    for (const [key, { vhost, user }] of new Map([...(was ?? []), ...(is ?? [])])) {
        const [old, now] = [was?.get(key), is?.get(key)];
        const known = () => names().get(vhost) ?? new Set(predeclared);
        for (const right of ["configure", "write", "read"] as const) {
            const change = compared(old?.[right], now?.[right], known);
            if (change !== undefined) {
                const asked = right === "configure" ? undefined : after.needs(vhost, user)?.[right];
                changes.push({
                    id: `rights ${vhost}/${user} ${right}`,
                    vhost,
                    user,
                    right,
                    ...change,
                    unasked: change.widened.filter((name) => asked?.has(name) !== true),
                    missing: change.narrowed.filter((name) => asked?.has(name) === true),
                });
            }
        }
    }
    return changes;
}

/** Every name that either side has, by virtual host. */
function namesByVhost(...topologies: readonly Topology[]): ReadonlyMap<string, ReadonlySet<string>> {
    const names = new Map<string, Set<string>>();
    for (const { exchanges, queues } of topologies) {
        for (const { vhost, name } of [...exchanges, ...queues]) {
            const known = names.get(vhost) ?? new Set(predeclared);
            names.set(vhost, known.add(name));
        }
    }
    return names;
}

function tagChanges({ before, after }: Comparison): readonly RightsChange[] {
    const [was, is] = [before, after].map(
        ({ topology }) => new Map(topology.users.map(({ name, tags }) => [name, tags])),
    );
    return [...new Set([...(was?.keys() ?? []), ...(is?.keys() ?? [])])].flatMap((user) => {
        const [old, now] = [was?.get(user) ?? [], is?.get(user) ?? []];
        const declared = after.topology.services
            .filter((each) => usersOf(each).includes(user))
            .flatMap(({ tags }) => tags);
        const widened = now.filter((tag) => !old.includes(tag)).sort(compareText);
        const narrowed = old.filter((tag) => !now.includes(tag)).sort(compareText);
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
