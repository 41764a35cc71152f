import { knownDeadLetters } from "../../checks/facts/knownDeadLetters.ts";
import type { PermissionNeeds } from "../../checks/facts/permissionNeeds.ts";
import { subjectOf } from "../../checks/facts/subject.ts";
import { topologyIndex } from "../../lookup/topologyIndex.ts";
import {
    type ArgumentValue,
    type Binding,
    type Exchange,
    objectKey,
    type Permission,
    type Queue,
    type Topology,
} from "../../model/index.ts";
import { type FateOf, fates } from "../../routing/fate.ts";
import {
    deadLetterRouter,
    type ReroutedMessage,
    type RoutedMessage,
    type Routing,
    routes,
} from "../../routing/routing.ts";
import { type EffectiveSettings, effectiveSettings } from "../../settings/effective.ts";
import { canonicalTopology } from "./canonical.ts";
import { type ChangedObject, objectId } from "./change.ts";
import { bindingObject } from "./comparedObject.ts";

/** One version of a topology, with the questions answered that the review asks of it, each once. */
export interface Side {
    readonly topology: Topology;
    /** Whether somebody declared who publishes and consumes; otherwise anything may be in use. */
    readonly knowsServices: boolean;
    readonly queue: (vhost: string, name: string) => Queue | undefined;
    readonly exchange: (vhost: string, name: string) => Exchange | undefined;
    readonly permission: (vhost: string, user: string) => Permission | undefined;
    readonly binding: (object: ChangedObject) => Binding | undefined;
    readonly ofQueue: (queue: Queue) => EffectiveSettings;
    readonly ofExchange: (exchange: Exchange) => EffectiveSettings;
    /** A queue's setting in the end, its default included; keyed as a policy spells it. */
    readonly setting: (queue: Queue, key: string) => ArgumentValue | undefined;
    /** The keys that a queue is bound with. */
    readonly boundKeys: (queue: Queue) => readonly string[];
    /** Whether anything is bound to an exchange. */
    readonly isBound: (vhost: string, exchange: string) => boolean;
    readonly route: (message: RoutedMessage) => Routing;
    /** The queues that a message reaches from an exchange to which the broker itself sends it on, which may be an internal one. */
    readonly forwarded: (message: ReroutedMessage) => readonly string[];
    /** What becomes of a message that leaves a queue other than by an acknowledgement. */
    readonly fate: FateOf;
    /** The queues whose dead letters come to a queue. */
    readonly deadLetterSources: (queue: Queue) => readonly Queue[];
    /** What a user must be allowed in a virtual host. */
    readonly needs: (vhost: string, user: string) => PermissionNeeds | undefined;
}

/** Both versions. */
export interface Pair {
    readonly before: Side;
    readonly after: Side;
    /** Whether the same broker has the same policies of both kinds, so that only an object itself can change its settings. */
    readonly samePolicies: boolean;
}

/** Both in canonical order, so that nothing found in them depends on the order in which somebody wrote them. */
export function pairOf(before: Topology, after: Topology): Pair {
    const [was, is] = [canonicalTopology(before), canonicalTopology(after)];
    return { before: sideOf(was), after: sideOf(is), samePolicies: policiesOf(was) === policiesOf(is) };
}

function policiesOf({ brokerVersion, policies, operatorPolicies }: Topology): string {
    return JSON.stringify([brokerVersion, policies, operatorPolicies]);
}

function sideOf(topology: Topology): Side {
    const { queueNamed, exchangeNamed, bindingsFrom, bindingsTo } = topologyIndex(topology);
    const permissions = new Map(
        topology.permissions.map((each) => [objectKey({ vhost: each.vhost, name: each.user }), each]),
    );
    const effective = effectiveSettings(topology);
    let bindings: ReadonlyMap<string, Binding> | undefined;
    let needs: ReadonlyMap<string, PermissionNeeds> | undefined;
    return {
        topology,
        knowsServices: topology.services.length > 0,
        queue: queueNamed,
        exchange: exchangeNamed,
        permission: (vhost, name) => permissions.get(objectKey({ vhost, name })),
        binding: (object) => {
            bindings ??= new Map(topology.bindings.map((each) => [objectId(bindingObject(each)), each]));
            return bindings.get(objectId(object));
        },
        ofQueue: effective,
        ofExchange: effective,
        setting: (queue, key) => effective(queue).settings.value(key),
        boundKeys: ({ vhost, name }) => [
            ...new Set(bindingsTo(vhost, name).map(({ routingKey }) => routingKey)),
        ],
        isBound: (vhost, exchange) => bindingsFrom(vhost, exchange).length > 0,
        route: routes(topology),
        forwarded: deadLetterRouter(topology),
        fate: fates(topology),
        deadLetterSources: knownDeadLetters(topology, topology.brokerVersion).deadLetterSources,
        needs: (vhost, user) => {
            needs ??= new Map(
                subjectOf(topology).permissionNeeds.map((each) => [
                    objectKey({ vhost: each.vhost, name: each.user }),
                    each,
                ]),
            );
            return needs.get(objectKey({ vhost, name: user }));
        },
    };
}

/** Whether an object has the same settings on both sides because all that decides them is the same. */
export function hasSameSources(pair: Pair, was: Queue, is: Queue): boolean {
    return pair.samePolicies
        ? JSON.stringify(was) === JSON.stringify(is)
        : JSON.stringify(sourcesOf(pair.before.ofQueue(was))) ===
              JSON.stringify(sourcesOf(pair.after.ofQueue(is)));
}

function sourcesOf({ target, policy, operator, version }: EffectiveSettings): readonly unknown[] {
    return [target.object, policy, operator.policy, version];
}
