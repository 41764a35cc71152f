import { objectKey, userOf } from "../../../model/index.ts";
import { defaultExchange, type PermissionNeeds } from "../../../view/permissionNeeds.ts";
import type { TopologyView } from "../../../view/topologyView.ts";
import { objectId } from "../change.ts";
import type { Comparison } from "../comparison.ts";
import type { RightsChange } from "../rights/rightsChange.ts";
import { type ContractChange, contractRules } from "./contractRule.ts";

/**
 * Rights that go together with their last use, of services that stay and of what they had a right to. Permissions change in place, before the
 * service is rolled out; what is deleted goes last, so that a user whose whole permission goes keeps it until then. Where a use stays, its
 * permission is told instead.
 * @see https://www.rabbitmq.com/docs/access-control#authorisation
 */
export function prematureRevocations(
    { before, after }: Comparison,
    rights: readonly RightsChange[],
): readonly ContractChange[] {
    const staying = new Set(after.topology.services.map(objectKey));
    return rights.flatMap((change): readonly ContractChange[] => {
        const needs = before.needs(change.vhost, change.user);
        // Only the user that the running service logs in with is refused anything.
        if (
            needs === undefined ||
            !staying.has(objectKey(needs.service)) ||
            userOf(needs.service) !== change.user ||
            after.permission(change.vhost, change.user) === undefined
        ) {
            return [];
        }
        const { name: service } = needs.service;
        return change.narrowed
            .filter((name) => isUsed(needs, change, name) && !change.missing.includes(name))
            .filter((name) => stays(after, change, name))
            .map((name) => {
                const { what, verb } = useOf(change, name);
                return {
                    id: `narrowed too early: ${what} for ${objectId({ ...needs.service, kind: "service" })}`,
                    kind: "narrowed too early",
                    service,
                    text: `user "${change.user}" may no longer use ${what} in the same release in which service "${service}" stops using it; until that is deployed, the running one ${verb} it and is refused (403)`,
                    safeWay: contractRules["narrowed too early"].safeWay,
                    blocks: false,
                };
            });
    });
}

function isUsed(needs: PermissionNeeds, { right, exchange = "" }: RightsChange, name: string): boolean {
    switch (right) {
        case "write":
            return needs.write.has(name);
        case "read":
            return needs.read.has(name);
        case "write keys":
            return needs.keys.get(exchange)?.has(name) === true;
        case "read keys":
        case "configure":
        case "tags":
            return false;
    }
}

/** What is gone itself is told as removed too early. */
function stays(side: TopologyView, { vhost, right, exchange }: RightsChange, name: string): boolean {
    return right === "read"
        ? side.queueNamed(vhost, name) !== undefined
        : name === defaultExchange || side.exchangeNamed(vhost, exchange ?? name) !== undefined;
}

function useOf({ right, exchange }: RightsChange, name: string): { what: string; verb: string } {
    if (exchange !== undefined) {
        return { what: `key "${name}" of exchange "${exchange}"`, verb: "publishes with" };
    }
    return right === "read"
        ? { what: `queue "${name}"`, verb: "reads" }
        : { what: `exchange "${name}"`, verb: "publishes to" };
}
