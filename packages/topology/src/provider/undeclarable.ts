import {
    type ArgumentValue,
    type Exchange,
    type InVhost,
    objectKey,
    type Policy,
    type Topology,
    valueText,
} from "../model/index.ts";
import { bindingPlace, placeOf } from "../text/place.ts";
import { hasReadableEnds, hasReadableId } from "./importIds.ts";

const provider = "@pulumi/rabbitmq";

/** Something that the RabbitMQ provider would declare differently or cannot declare. */
export interface Undeclarable {
    readonly place: string;
    readonly message: string;
    readonly fix: string;
    /** The object, if it cannot be declared even without the setting. @default - only a setting cannot be declared */
    readonly object?: object;
}

/** The settings and objects that the provider cannot declare as they are. */
export function undeclarable(topology: Topology): readonly Undeclarable[] {
    return [
        ...topology.vhosts.flatMap(({ name, limits, defaultQueueType, protectedFromDeletion }) =>
            unknownTo(`vhost "${name}"`, {
                limits,
                "a default queue type": defaultQueueType,
                "protection from deletion": protectedFromDeletion === true ? true : undefined,
            }),
        ),
        ...topology.users.flatMap(({ name, limits }) => unknownTo(`user "${name}"`, { limits })),
        ...topology.exchanges.flatMap(exchangeProblems),
        ...topology.policies.flatMap((each) => policyProblems("policy", each)),
        ...topology.operatorPolicies.flatMap((each) => policyProblems("operator policy", each)),
    ];
}
function unknownTo(place: string, settings: Readonly<Record<string, unknown>>): readonly Undeclarable[] {
    return Object.entries(settings)
        .filter(([, value]) => value !== undefined)
        .map(([what]) => ({
            place,
            message: `has ${what}, which ${provider} cannot declare`,
            fix: "leave it out here, and set it with rabbitmqctl",
        }));
}

function exchangeProblems(object: Exchange): readonly Undeclarable[] {
    const { vhost, name, internal, arguments: args } = object;
    const place = `vhost "${vhost}": exchange "${name}"`;
    const others = Object.entries(args).filter(([, value]) => typeof value !== "string");
    return [
        ...(internal
            ? [
                  {
                      object,
                      place,
                      message: `is internal, which ${provider} cannot declare`,
                      fix: 'leave out "internal"',
                  },
              ]
            : []),
        ...others.map(([key, value]) => ({
            object,
            place,
            message: `has argument "${key}" with the value ${valueText(value)}, which ${provider} sends as a string`,
            fix: "write a string, or leave it out",
        })),
    ];
}

function policyProblems(noun: string, object: Policy): readonly Undeclarable[] {
    const { vhost, name, definition } = object;
    return Object.entries(definition)
        .filter(([, value]) => !survives(value))
        .map(([key, value]) => ({
            object,
            place: `vhost "${vhost}": ${noun} "${name}"`,
            message: `sets "${key}" to ${valueText(value)}, which ${provider} sends as ${typeof value === "string" ? "a number" : "a string"}`,
            fix: "leave it out here, and set it with rabbitmqctl",
        }));
}

/** The provider sends a policy's value as an integer if it looks like one, and as a string otherwise. */
function survives(value: ArgumentValue): boolean {
    return typeof value === "string" ? !/^[+-]?\d+$/.test(value) : Number.isSafeInteger(value);
}

/** What the provider cannot read back, because the names do not fit into its ids. */
function unreadable(topology: Topology): readonly Undeclarable[] {
    const named = (kind: string, objects: readonly InVhost[]): readonly Undeclarable[] =>
        objects
            .filter(({ vhost, name }) => !hasReadableId(name, vhost))
            .map((object) => unreadableId(object, placeOf(object.vhost, kind, object.name), "@"));
    const ofUsers = (
        kind: string,
        objects: readonly { vhost: string; user: string }[],
    ): readonly Undeclarable[] =>
        objects
            .filter(({ vhost, user }) => !hasReadableId(user, vhost))
            .map((object) => unreadableId(object, placeOf(object.vhost, kind, object.user), "@"));
    return [
        ...named("exchange", topology.exchanges),
        ...named("queue", topology.queues),
        ...named("policy", topology.policies),
        ...named("operator policy", topology.operatorPolicies),
        ...ofUsers("permissions of user", topology.permissions),
        ...ofUsers("topic permissions of user", topology.topicPermissions),
        ...topology.bindings
            .filter((each) => !hasReadableEnds(each))
            .map((each) => unreadableId(each, bindingPlace(each), "/")),
    ];
}

function unreadableId(object: object, place: string, mark: string): Undeclarable {
    return {
        object,
        place,
        message: `has "${mark}" in a name, where ${provider} splits its ids`,
        fix: "leave it to the broker, or give it another name",
    };
}

/** Bindings of queues that end with their connection. */
function unsteady({ bindings, queues, exclusiveQueues = [] }: Topology): readonly Undeclarable[] {
    const declared = new Set(queues.map((each) => objectKey(each)));
    const exclusive = new Set(exclusiveQueues.map((each) => objectKey(each)));
    return bindings
        .filter(({ vhost, destination: name, destinationType }) => {
            const key = objectKey({ vhost, name });
            return destinationType === "queue" && (exclusive.has(key) || !declared.has(key));
        })
        .map((object) => ({
            object,
            place: bindingPlace(object),
            message: "leads to a queue that the definitions do not have, such as an exclusive one",
            fix: "leave it to the client that declares the queue",
        }));
}

/** The part of a topology that the provider can declare and read back, and what it leaves to the broker. */
export interface DeclarablePart {
    readonly topology: Topology;
    readonly left: readonly Undeclarable[];
}

/** Leaves out the objects that the provider cannot declare or read back, and the settings that it does not know. */
export function declarablePart(topology: Topology): DeclarablePart {
    // Every queue of a topology has a type, so the default changes none of them.
    const vhosts = topology.vhosts.map(({ name, limits, protectedFromDeletion = false }) => ({
        name,
        protectedFromDeletion,
        ...(limits !== undefined && { limits }),
    }));
    const left = [...undeclarable({ ...topology, vhosts }), ...unreadable(topology), ...unsteady(topology)];
    const leftOut = new Set(left.map(({ object }) => object));
    const kept = <T extends object>(objects: readonly T[]): readonly T[] =>
        objects.filter((each) => !leftOut.has(each));
    return {
        topology: {
            ...topology,
            vhosts: topology.vhosts.map(({ name }) => ({ name })),
            exchanges: kept(topology.exchanges),
            queues: kept(topology.queues),
            bindings: kept(topology.bindings),
            policies: kept(topology.policies),
            operatorPolicies: kept(topology.operatorPolicies),
            permissions: kept(topology.permissions),
            topicPermissions: kept(topology.topicPermissions),
        },
        left,
    };
}
