import { lazy } from "../../../lookup/memoize.ts";
import type { Permission, TopicPermission } from "../../../model/index.ts";
import { expandVariables } from "../../../patterns/topicVariables.ts";
import { compareText } from "../../../text/names.ts";
import { nameMatcher } from "../../../view/nameMatcher.ts";
import type { TopologyView } from "../../../view/topologyView.ts";
import type { Comparison } from "../comparison.ts";
import { routeProbes, samplesOf } from "../routes/routeProbe.ts";
import { comparePatterns, type PermissionChange } from "./permissionChange.ts";
import { keyPowers } from "./powers.ts";

/** The pattern of a user without a topic permission: all routing keys. */
const everyKey = ".*";

/**
 * The routing keys that users may use on topic exchanges. Without a topic permission all keys are allowed, so a deleted one grants more. A
 * topic permission matters only if the user may write to or read from the exchange.
 * @see https://www.rabbitmq.com/docs/access-control#topic-authorisation
 */
export function topicPermissionChanges(comparison: Comparison): readonly PermissionChange[] {
    const { before, after } = comparison;
    const identityOf = ({ vhost, user, exchange }: TopicPermission): string =>
        JSON.stringify([vhost, user, exchange]);
    const [recordsBefore, recordsAfter] = [before, after].map(
        ({ topology }) => new Map(topology.topicPermissions.map((each) => [identityOf(each), each])),
    );
    const keys = lazy(() => keysByExchange(before, after));
    const changes: PermissionChange[] = [];
    for (const [identity, { vhost, user, exchange }] of new Map([
        ...(recordsBefore ?? []),
        ...(recordsAfter ?? []),
    ])) {
        const namesToTry = () => keys().get(JSON.stringify([vhost, exchange])) ?? new Set<string>();
        for (const right of ["write", "read"] as const) {
            const [mayBefore, mayAfter] = [before, after].map((side) =>
                mayUse(side.permission(vhost, user), exchange, right),
            );
            const [patternBefore, patternAfter] = [
                recordsBefore?.get(identity)?.[right],
                recordsAfter?.get(identity)?.[right],
            ].map((pattern) => expandVariables(pattern ?? everyKey, user, vhost));
            const change = comparePatterns(
                mayBefore === true ? patternBefore : undefined,
                mayAfter === true ? patternAfter : undefined,
                namesToTry,
            );
            // If access to the exchange itself changes, the permission reports it.
            if (change !== undefined && mayBefore === mayAfter) {
                const { widened, narrowed, proven } = change;
                const declaredKeys = after.needs(vhost, user)?.keys.get(exchange) ?? new Set<string>();
                const unasked = [
                    ...widened.filter((key) => right === "read" || !declaredKeys.has(key)),
                    ...(patternAfter === everyKey && patternBefore !== everyKey ? ["every other key"] : []),
                ].sort(compareText);
                changes.push({
                    id: `rights ${vhost}/${user} ${right} keys ${exchange}`,
                    vhost,
                    user,
                    right: `${right} keys`,
                    exchange,
                    widened,
                    narrowed,
                    proven,
                    unasked,
                    powers: keyPowers(right, exchange, unasked.length > 0 ? unasked : widened),
                    needsApproval: unasked.length > 0,
                    missing: narrowed.filter((key) => right === "write" && declaredKeys.has(key)),
                });
            }
        }
    }
    return changes;
}

function mayUse(record: Permission | undefined, exchange: string, right: "write" | "read"): boolean {
    return record !== undefined && record[right] !== "" && nameMatcher(record[right]).test(exchange);
}

/** Every routing key that is published or bound before or after, by exchange. */
function keysByExchange(...sides: readonly TopologyView[]): ReadonlyMap<string, ReadonlySet<string>> {
    const keys = new Map<string, Set<string>>();
    for (const side of sides) {
        for (const probe of routeProbes(side).values()) {
            const exchange = JSON.stringify([probe.vhost, probe.exchange]);
            const namesToTry = keys.get(exchange) ?? new Set<string>();
            for (const { routingKey } of samplesOf(probe)) {
                namesToTry.add(routingKey);
            }
            keys.set(exchange, namesToTry);
        }
    }
    return keys;
}
