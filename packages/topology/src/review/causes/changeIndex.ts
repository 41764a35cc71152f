import { groupLookup } from "../../lookup/groups.ts";
import { lazy } from "../../lookup/memoize.ts";
import { type InVhost, objectKey, type Service, usersOf } from "../../model/index.ts";
import type { TopologyView } from "../../view/topologyView.ts";
import { type Change, type ChangedObject, type ObjectKind, objectId } from "../compare/change.ts";
import { topicPermissionObject } from "../compare/comparedObject.ts";
import type { Comparison } from "../compare/comparison.ts";
import type { ContractChange } from "../compare/contract/contractRule.ts";
import type { PermissionChange } from "../compare/permissions/permissionChange.ts";
import type { RouteChange } from "../compare/routes/routingDiff.ts";
import type { ComponentRename } from "./componentRename.ts";

/** All differences between two versions of a topology. */
export interface Differences {
    readonly comparison: Comparison;
    readonly changes: readonly Change[];
    readonly routing: readonly RouteChange[];
    readonly permissions: readonly PermissionChange[];
    readonly contract: readonly ContractChange[];
    /** @default - no object is deleted because of the name of its component */
    readonly component?: ComponentRename;
}

/** Finds changes by the objects that they are about. */
export interface ChangeIndex extends Differences {
    readonly changeOf: (object: ChangedObject) => Change | undefined;
    /** The change that creates, deletes or replaces an object. */
    readonly appearance: (kind: ObjectKind, vhost: string, name: string) => Change | undefined;
    /** A service before and after. */
    readonly servicesNamed: (service: InVhost) => readonly Service[];
    /** The services that log in as a user, before or after. */
    readonly servicesOfUser: (user: string) => readonly Service[];
    /** The services that consume a queue, before or after. */
    readonly consumersOf: (vhost: string, queue: string) => readonly Service[];
    /** The changed bindings of a routing key of an exchange. */
    readonly bindingsOf: (vhost: string, exchange: string, routingKey: string) => readonly Change[];
    /** The changed bindings to a queue. */
    readonly bindingsTo: (vhost: string, queue: string) => readonly Change[];
    /** The queues and exchanges that a policy applies to, before or after. */
    readonly targetsOf: (policy: ChangedObject) => readonly ChangedObject[];
    /** The policies that apply to a queue or an exchange, before or after. */
    readonly policiesOf: (target: ChangedObject) => readonly ChangedObject[];
    /** What users may do more or less because of a change. */
    readonly permissionsOf: (change: Change) => readonly PermissionChange[];
    readonly versionChange: Change | undefined;
}

export function changeIndex(differences: Differences): ChangeIndex {
    const { changes, comparison, permissions } = differences;
    const { before, after } = comparison;
    const byObject = new Map(changes.map((each) => [objectId(each.object), each]));
    const changeOf = (object: ChangedObject): Change | undefined => byObject.get(objectId(object));
    const services = [...before.topology.services, ...after.topology.services];
    const byName = lazy(() => groupLookup(services, objectKey));
    const users = lazy(() =>
        groupLookup(
            services.flatMap((service) => usersOf(service).map((user) => ({ user, service }))),
            ({ user }) => user,
        ),
    );
    const consumers = lazy(() =>
        groupLookup(
            services.flatMap((service) =>
                service.consumes.map(({ queue }) => ({ vhost: service.vhost, name: queue, service })),
            ),
            objectKey,
        ),
    );
    const changedBindings = changes.filter(({ object }) => object.kind === "binding");
    const bindings = lazy(() =>
        groupLookup(changedBindings, (each) =>
            keyOf(each.object.vhost, fieldOf(each, "source"), fieldOf(each, "routingKey")),
        ),
    );
    const byDestination = lazy(() =>
        groupLookup(changedBindings, (each) =>
            objectKey({ vhost: each.object.vhost, name: fieldOf(each, "destination") }),
        ),
    );
    const granted = lazy(() => groupLookup(permissions, (each) => objectId(grantOf(each))));
    const applied = lazy(() => [before, after].flatMap(appliedPolicies));
    const byPolicy = lazy(() => groupLookup(applied(), ({ policy }) => objectId(policy)));
    const byTarget = lazy(() => groupLookup(applied(), ({ target }) => objectId(target)));
    return {
        ...differences,
        changeOf,
        appearance: (kind, vhost, name) => {
            const found = changeOf({ kind, vhost, name });
            return found?.action === "update" ? undefined : found;
        },
        servicesNamed: (service) => byName()(objectKey(service)),
        servicesOfUser: (user) => users()(user).map(({ service }) => service),
        consumersOf: (vhost, name) => consumers()(objectKey({ vhost, name })).map(({ service }) => service),
        bindingsOf: (vhost, exchange, routingKey) => bindings()(keyOf(vhost, exchange, routingKey)),
        bindingsTo: (vhost, name) => byDestination()(objectKey({ vhost, name })),
        targetsOf: (policy) => distinct(byPolicy()(objectId(policy)).map(({ target }) => target)),
        policiesOf: (target) => distinct(byTarget()(objectId(target)).map(({ policy }) => policy)),
        permissionsOf: ({ object }) => granted()(objectId(object)),
        versionChange: changes.find(({ object }) => object.kind === "broker"),
    };
}

/** The value of a field as text; of a changed field the value after. */
export function fieldOf({ fields }: Change, name: string): string {
    const found = fields.find(({ field }) => field === name);
    const value = found?.after ?? found?.before;
    return typeof value === "string" ? value : "";
}

/** The object that grants what a user may do. */
export function grantOf({ vhost, user, right, exchange = "" }: PermissionChange): ChangedObject {
    switch (right) {
        case "tags":
            return { kind: "user", vhost: "", name: user };
        case "write keys":
        case "read keys":
            return topicPermissionObject({ vhost, user, exchange, write: "", read: "" });
        case "access":
        case "configure":
        case "write":
        case "read":
            return { kind: "permission", vhost, name: user };
    }
}

function keyOf(vhost: string, exchange: string, routingKey: string): string {
    return JSON.stringify([vhost, exchange, routingKey]);
}

function distinct(objects: readonly ChangedObject[]): readonly ChangedObject[] {
    return [...new Map(objects.map((each) => [objectId(each), each])).values()];
}

interface AppliedPolicy {
    readonly policy: ChangedObject;
    readonly target: ChangedObject;
}

function appliedPolicies(side: TopologyView): readonly AppliedPolicy[] {
    const { queues, exchanges } = side.topology;
    return [
        ...queues.map((each) => ({ each, kind: "queue" as const })),
        ...exchanges.map((each) => ({ each, kind: "exchange" as const })),
    ].flatMap(({ each, kind }) => {
        const { vhost, name } = each;
        const { policy, operator } = side.effective(each);
        const target = { kind, vhost, name };
        return [
            ...(policy === undefined
                ? []
                : [{ policy: { kind: "policy" as const, vhost, name: policy.name }, target }]),
            ...(operator.policy === undefined
                ? []
                : [
                      {
                          policy: { kind: "operator policy" as const, vhost, name: operator.policy.name },
                          target,
                      },
                  ]),
        ];
    });
}
