import { lazy } from "../../../lookup/memoize.ts";
import type { Permission, TopicPermission } from "../../../model/index.ts";
import { compareText } from "../../../text/names.ts";
import { nameMatcher } from "../../../view/nameMatcher.ts";
import type { TopologyView } from "../../../view/topologyView.ts";
import type { Comparison } from "../comparison.ts";
import { routeProbes, samplesOf } from "../routes/routeProbe.ts";
import { compared, type RightsChange } from "./rightsChange.ts";

/** Stands for "every key" where a user has no record of an exchange. */
const everyKey = ".*";

/**
 * Which keys a user may use on topic exchanges. Without a record every key is allowed, so that a record that vanishes widens; it counts only
 * where the user may write to the exchange, or read from it, at all.
 * @see https://www.rabbitmq.com/docs/access-control#topic-authorisation
 */
export function keyRightsChanges(comparison: Comparison): readonly RightsChange[] {
    const { before, after } = comparison;
    const identityOf = ({ vhost, user, exchange }: TopicPermission): string =>
        JSON.stringify([vhost, user, exchange]);
    const [was, is] = [before, after].map(
        ({ topology }) => new Map(topology.topicPermissions.map((each) => [identityOf(each), each])),
    );
    const keys = lazy(() => keysByExchange(before, after));
    const changes: RightsChange[] = [];
    for (const [identity, { vhost, user, exchange }] of new Map([...(was ?? []), ...(is ?? [])])) {
        const known = () => keys().get(JSON.stringify([vhost, exchange])) ?? new Set<string>();
        for (const right of ["write", "read"] as const) {
            const [mayBefore, mayAfter] = [before, after].map((side) =>
                mayUse(side.permission(vhost, user), exchange, right),
            );
            const [old, now] = [was?.get(identity)?.[right], is?.get(identity)?.[right]].map((pattern) =>
                expanded(pattern ?? everyKey, user, vhost),
            );
            const change = compared(
                mayBefore === true ? old : undefined,
                mayAfter === true ? now : undefined,
                known,
            );
            // A user who could not touch the exchange before is told of by its permission.
            if (change !== undefined && mayBefore === mayAfter) {
                const asked = after.needs(vhost, user)?.keys.get(exchange) ?? new Set<string>();
                changes.push({
                    id: `rights ${vhost}/${user} ${right} keys ${exchange}`,
                    vhost,
                    user,
                    right: `${right} keys`,
                    exchange,
                    ...change,
                    unasked: [
                        ...change.widened.filter((key) => right === "read" || !asked.has(key)),
                        ...(now === everyKey && old !== everyKey ? ["every other key"] : []),
                    ].sort(compareText),
                    missing: change.narrowed.filter((key) => right === "write" && asked.has(key)),
                });
            }
        }
    }
    return changes;
}

function mayUse(record: Permission | undefined, exchange: string, right: "write" | "read"): boolean {
    return record !== undefined && record[right] !== "" && nameMatcher(record[right]).test(exchange);
}

/** The broker puts the user and the virtual host in the place of these variables. */
function expanded(pattern: string, user: string, vhost: string): string {
    return pattern.replaceAll("{username}", user).replaceAll("{vhost}", vhost);
}

/** Every key that is published or bound on either side, by exchange. */
function keysByExchange(...sides: readonly TopologyView[]): ReadonlyMap<string, ReadonlySet<string>> {
    const keys = new Map<string, Set<string>>();
    for (const side of sides) {
        for (const probe of routeProbes(side).values()) {
            const exchange = JSON.stringify([probe.vhost, probe.exchange]);
            const known = keys.get(exchange) ?? new Set<string>();
            for (const { routingKey } of samplesOf(probe)) {
                known.add(routingKey);
            }
            keys.set(exchange, known);
        }
    }
    return keys;
}
