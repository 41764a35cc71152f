import { groupLookup } from "../lookup/groups.ts";
import { lazy, memoize } from "../lookup/memoize.ts";
import { named } from "../lookup/named.ts";
import { topologyIndex } from "../lookup/topologyIndex.ts";
import type {
    Binding,
    BrokerVersion,
    Exchange,
    Permission,
    Queue,
    RetryRoute,
    Topology,
} from "../model/index.ts";
import { type FateOf, fates } from "../routing/fate.ts";
import {
    deadLetterRouter,
    type ReroutedMessage,
    type RoutedMessage,
    type Router,
    type Routing,
    router,
    routes,
} from "../routing/routing.ts";
import { type KnownDeadLetters, knownDeadLetters } from "./knownDeadLetters.ts";
import { type KnownSettings, knownSettings } from "./knownSettings.ts";
import { type MessageFlows, messageFlowsOf } from "./messageFlows.ts";
import { type NamedObject, namedObjects, namesakesOf } from "./namedObjects.ts";
import { type NameMatcher, nameMatcher } from "./nameMatcher.ts";
import { type PermissionNeeds, permissionNeedsOf } from "./permissionNeeds.ts";
import { type SettingUse, settingUsesOf } from "./settingUses.ts";

type Named = Pick<Queue, "vhost" | "name">;

/**
 * A topology with the questions answered that checks and reviews ask of it, each once. What RabbitMQ makes of a topology is known in
 * settings/ and routing/; this only keeps their answers.
 */
export interface TopologyView extends KnownSettings, KnownDeadLetters {
    readonly topology: Topology;
    /** The version that it is judged for. */
    readonly version: BrokerVersion;
    /**
     * True for topologies read from a broker's export: no purposes, no services. Rules about intent are skipped then, or report notes.
     */
    readonly foreign: boolean;
    /** Everything that has a name. */
    readonly objects: readonly NamedObject[];
    /** Those whose names are alike but for upper and lower case, in groups. */
    readonly namesakes: readonly (readonly NamedObject[])[];
    readonly queueNamed: (vhost: string, name: string) => Queue | undefined;
    readonly exchangeNamed: (vhost: string, name: string) => Exchange | undefined;
    /** Whether services are declared; otherwise anything may be in use. */
    readonly knowsServices: boolean;
    readonly permission: (vhost: string, user: string) => Permission | undefined;
    readonly queuesOf: (vhost: string) => readonly Queue[];
    readonly exchangesOf: (vhost: string) => readonly Exchange[];
    readonly bindingsFrom: (exchange: Named) => readonly Binding[];
    readonly bindingsTo: (queue: Named) => readonly Binding[];
    /** The keys that a queue is bound with. */
    readonly boundKeys: (queue: Named) => readonly string[];
    /** How the consumer of a queue retries. */
    readonly retryOf: (vhost: string, queue: string) => RetryRoute | undefined;
    /** The queues that a message reaches. */
    readonly route: Router;
    /** The same, and the ways there. */
    readonly routing: (message: RoutedMessage) => Routing;
    /** The queues that a message reaches from an exchange to which the broker itself sends it on, which may be an internal one. */
    readonly forwarded: (message: ReroutedMessage) => readonly string[];
    /** What becomes of a message that leaves a queue other than by an acknowledgement. */
    readonly fate: FateOf;
    /** Which names a pattern of a permission allows. */
    readonly allowedBy: (pattern: string) => NameMatcher;
    /** Every setting of queues that is written down anywhere. */
    readonly settingUses: readonly SettingUse[];
    /** What each service must be allowed. */
    readonly permissionNeeds: readonly PermissionNeeds[];
    /** What a user must be allowed in a virtual host. */
    readonly needs: (vhost: string, user: string) => PermissionNeeds | undefined;
    readonly traffic: MessageFlows;
}

/** Makes the view of a topology; `target` is the version to judge it for, where it was made for another. */
export function topologyView(
    topology: Topology,
    target: BrokerVersion = topology.brokerVersion,
): TopologyView {
    const byVhost = ({ vhost }: { readonly vhost: string }): string => vhost;
    const { queueNamed, exchangeNamed, bindingsFrom, bindingsTo, retryOf } = topologyIndex(topology);
    const route = router(topology, target);
    const traffic = lazy(() => messageFlowsOf(topology, route));
    const statements = lazy(() => settingUsesOf(topology));
    const writtenKeys = lazy(() => new Set(statements().map(({ key }) => key)));
    const settings = knownSettings(topology, target, (key) => writtenKeys().has(key));
    const objects = lazy(() => namedObjects(topology));
    const namesakes = lazy(() => namesakesOf(objects()));
    const needs = lazy(() => permissionNeedsOf({ topology, queueNamed, retryOf, setting: settings.setting }));
    const needsByUser = lazy(() =>
        named(needs().map((need) => ({ vhost: need.vhost, name: need.user, need }))),
    );
    const permissions = lazy(() =>
        named(topology.permissions.map((record) => ({ vhost: record.vhost, name: record.user, record }))),
    );
    const routing = lazy(() => routes(topology, target));
    const forwarded = lazy(() => deadLetterRouter(topology, target));
    const fate = lazy(() => fates(topology, target));
    return {
        topology,
        version: target,
        foreign:
            topology.services.length === 0 && topology.queues.every(({ purpose }) => purpose === undefined),
        queueNamed,
        exchangeNamed,
        knowsServices: topology.services.length > 0,
        permission: (vhost, user) => permissions()(vhost, user)?.record,
        queuesOf: groupLookup(topology.queues, byVhost),
        exchangesOf: groupLookup(topology.exchanges, byVhost),
        bindingsFrom: ({ vhost, name }) => bindingsFrom(vhost, name),
        bindingsTo: ({ vhost, name }) => bindingsTo(vhost, name),
        boundKeys: ({ vhost, name }) => [
            ...new Set(bindingsTo(vhost, name).map(({ routingKey }) => routingKey)),
        ],
        retryOf,
        ...settings,
        route,
        routing: (message) => routing()(message),
        forwarded: (message) => forwarded()(message),
        fate: (...letter) => fate()(...letter),
        needs: (vhost, user) => needsByUser()(vhost, user)?.need,
        allowedBy: memoize(nameMatcher),
        ...knownDeadLetters(topology, target),
        get objects() {
            return objects();
        },
        get namesakes() {
            return namesakes();
        },
        get traffic() {
            return traffic();
        },
        get settingUses() {
            return statements();
        },
        get permissionNeeds() {
            return needs();
        },
    };
}
