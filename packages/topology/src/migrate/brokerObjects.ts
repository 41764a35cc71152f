import {
    type Binding,
    bindingKey,
    type Exchange,
    objectKey,
    type Parameter,
    type Permission,
    type Policy,
    parameterKey,
    type Queue,
    type TopicPermission,
    type Topology,
    type User,
    type Vhost,
} from "../model/index.ts";
import { identities } from "../review/compare/canonical.ts";
import { brokerFields } from "./brokerFields.ts";

/** An object of a broker, with what it is. */
export type BrokerObject =
    | { readonly kind: "vhost"; readonly noun: Vhost }
    | { readonly kind: "user"; readonly noun: User }
    | { readonly kind: "permission"; readonly noun: Permission }
    | { readonly kind: "topic permission"; readonly noun: TopicPermission }
    | { readonly kind: "exchange"; readonly noun: Exchange }
    | { readonly kind: "policy"; readonly noun: Policy }
    | { readonly kind: "operator policy"; readonly noun: Policy }
    | { readonly kind: "parameter"; readonly noun: Parameter }
    | { readonly kind: "queue"; readonly noun: Queue }
    | { readonly kind: "binding"; readonly noun: Binding };

/** Every object that a broker stores, by a key that is unique among all. Services and retries exist only in programs. */
export function brokerObjects(topology: Topology): ReadonlyMap<string, BrokerObject> {
    const objects: BrokerObject[] = [
        ...topology.vhosts.map((noun) => ({ kind: "vhost", noun }) as const),
        ...topology.users.map((noun) => ({ kind: "user", noun }) as const),
        ...topology.permissions.map((noun) => ({ kind: "permission", noun }) as const),
        ...topology.topicPermissions.map((noun) => ({ kind: "topic permission", noun }) as const),
        ...topology.exchanges.map((noun) => ({ kind: "exchange", noun }) as const),
        ...topology.policies.map((noun) => ({ kind: "policy", noun }) as const),
        ...topology.operatorPolicies.map((noun) => ({ kind: "operator policy", noun }) as const),
        ...(topology.parameters ?? []).map((noun) => ({ kind: "parameter", noun }) as const),
        ...topology.queues.map((noun) => ({ kind: "queue", noun }) as const),
        ...topology.bindings.map((noun) => ({ kind: "binding", noun }) as const),
    ];
    return new Map(objects.map((each) => [brokerKey(each), each]));
}

/** The identity of an object among all objects of a broker. */
export function brokerKey(object: BrokerObject): string {
    return `${object.kind} ${identityOf(object)}`;
}

function identityOf({ kind, noun }: BrokerObject): string {
    switch (kind) {
        case "vhost":
            return identities.vhosts(noun);
        case "user":
            return identities.users(noun);
        case "permission":
            return identities.permissions(noun);
        case "topic permission":
            return identities.topicPermissions(noun);
        case "parameter":
            return parameterKey(noun);
        case "binding":
            return bindingKey(noun);
        case "exchange":
        case "policy":
        case "operator policy":
        case "queue":
            return objectKey(noun);
    }
}

/**
 * The keys of the objects with which the broker deletes this one: the two ends of a binding, the exchange of a topic permission.
 */
export function ownerKeys({ kind, noun }: BrokerObject): readonly string[] {
    switch (kind) {
        case "binding":
            return [
                `exchange ${objectKey({ vhost: noun.vhost, name: noun.source })}`,
                `${noun.destinationType} ${objectKey({ vhost: noun.vhost, name: noun.destination })}`,
            ];
        case "topic permission":
            return [`exchange ${objectKey({ vhost: noun.vhost, name: noun.exchange })}`];
        case "vhost":
        case "user":
        case "permission":
        case "exchange":
        case "policy":
        case "operator policy":
        case "parameter":
        case "queue":
            return [];
    }
}

/** Whether a broker stores the same for both. */
export function isSameObject(one: BrokerObject | undefined, other: BrokerObject | undefined): boolean {
    return one === undefined || other === undefined
        ? one === other
        : brokerFields(one.noun) === brokerFields(other.noun);
}
