import { defaultExchange } from "../../../model/builtInExchange.ts";
import { objectKey, userOf } from "../../../model/index.ts";
import type { PermissionNeeds } from "../../../view/permissionNeeds.ts";
import type { TopologyView } from "../../../view/topologyView.ts";
import { objectId } from "../change.ts";
import type { Comparison } from "../comparison.ts";
import type { PermissionChange } from "../permissions/permissionChange.ts";
import { type ContractChange, contractRules } from "./contractRule.ts";

/**
 * Permissions that are revoked in the same release as their last use. Permissions change before services are deployed, so the running replicas
 * get access refused (403). A permission that is deleted as a whole is not affected: deletions come last in an update. If the use stays, the
 * permission change is reported instead.
 * @see https://www.rabbitmq.com/docs/access-control#authorisation
 */
export function prematureRevocations(
    { before, after }: Comparison,
    permissions: readonly PermissionChange[],
): readonly ContractChange[] {
    const staying = new Set(after.topology.services.map(objectKey));
    return permissions.flatMap((change): readonly ContractChange[] => {
        const needs = before.needs(change.vhost, change.user);
        // Only the user that the running service logs in as is affected.
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
            .filter((name) => exists(after, change, name))
            .map((name) => {
                const { what, verb } = useOf(change, name);
                return {
                    id: `narrowed too early: ${what} for ${objectId({ ...needs.service, kind: "service" })}`,
                    kind: "narrowed too early",
                    vhost: change.vhost,
                    service,
                    subjects: [{ kind: "permission", vhost: change.vhost, name: change.user }],
                    text: `user "${change.user}" loses access to ${what} in the same release in which service "${service}" stops using it; until the new version is deployed, the running version ${verb} it and is refused (403)`,
                    safeWay: contractRules["narrowed too early"].safeWay,
                    blocks: false,
                };
            });
    });
}

function isUsed(needs: PermissionNeeds, { right, exchange = "" }: PermissionChange, name: string): boolean {
    switch (right) {
        case "write":
            return needs.write.has(name);
        case "read":
            return needs.read.has(name);
        case "write keys":
            return needs.keys.get(exchange)?.has(name) === true;
        case "access":
        case "read keys":
        case "configure":
        case "tags":
            return false;
    }
}

/** A deleted object is reported as removed too early instead. */
function exists(side: TopologyView, { vhost, right, exchange }: PermissionChange, name: string): boolean {
    return right === "read"
        ? side.queueNamed(vhost, name) !== undefined
        : name === defaultExchange || side.exchangeNamed(vhost, exchange ?? name) !== undefined;
}

function useOf({ right, exchange }: PermissionChange, name: string): { what: string; verb: string } {
    if (exchange !== undefined) {
        return { what: `routing key "${name}" of exchange "${exchange}"`, verb: "publishes with" };
    }
    return right === "read"
        ? { what: `queue "${name}"`, verb: "reads" }
        : { what: `exchange "${name}"`, verb: "publishes to" };
}
