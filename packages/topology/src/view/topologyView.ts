import { groupLookup } from "../lookup/groups.ts";
import { lazy, memoize } from "../lookup/memoize.ts";
import { named } from "../lookup/named.ts";
import { topologyIndex } from "../lookup/topologyIndex.ts";
import type {
    Binding,
    Exchange,
    KnownVersion,
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
import { type NamedObject, namedObjects, similarNamesOf } from "./namedObjects.ts";
import { type NameMatcher, nameMatcher } from "./nameMatcher.ts";
import { type PermissionNeeds, permissionNeedsOf } from "./permissionNeeds.ts";
import { type SettingUse, settingUsesOf } from "./settingUses.ts";

type Named = Pick<Queue, "vhost" | "name">;

/**
 * A topology with everything that checks and reviews derive from it, each computed once. The rules of RabbitMQ are in settings/ and routing/;
 * the view only stores their results.
 */
export interface TopologyView extends KnownSettings, KnownDeadLetters {
    readonly topology: Topology;
    /** The broker version that the view is for. */
    readonly version: KnownVersion;
    /**
     * True for topologies read from a broker export, which have no purposes and no services. Rules about intent are then skipped or report notes.
     */
    readonly isExport: boolean;
    /** All objects with a name. */
    readonly objects: readonly NamedObject[];
    /** Groups of objects whose names are equal, ignoring upper and lower case. */
    readonly similarNames: readonly (readonly NamedObject[])[];
    readonly queueNamed: (vhost: string, name: string) => Queue | undefined;
    readonly exchangeNamed: (vhost: string, name: string) => Exchange | undefined;
    /** Whether a queue is exclusive, so that an export has only its bindings. */
    readonly isExclusive: (vhost: string, queue: string) => boolean;
    /** Whether services are declared; otherwise any object may be in use. */
    readonly hasServices: boolean;
    readonly permission: (vhost: string, user: string) => Permission | undefined;
    readonly queuesOf: (vhost: string) => readonly Queue[];
    readonly exchangesOf: (vhost: string) => readonly Exchange[];
    readonly bindingsFrom: (exchange: Named) => readonly Binding[];
    readonly bindingsTo: (queue: Named) => readonly Binding[];
    /** The routing keys that a queue is bound with. */
    readonly boundKeys: (queue: Named) => readonly string[];
    /** How the consumer of a queue retries. */
    readonly retryOf: (vhost: string, queue: string) => RetryRoute | undefined;
    /** The queues that a message reaches. */
    readonly route: Router;
    /** The same, with the paths. */
    readonly routing: (message: RoutedMessage) => Routing;
    /** The queues that a message reaches if the broker republishes it; the exchange may be internal. */
    readonly forwarded: (message: ReroutedMessage) => readonly string[];
    /** What happens to a message that leaves a queue without an acknowledgement. */
    readonly fate: FateOf;
    /** The matcher of a permission's pattern. */
    readonly allowedBy: (pattern: string) => NameMatcher;
    /** All queue settings in policies and arguments. */
    readonly settingUses: readonly SettingUse[];
    /** The permissions that each service needs. */
    readonly permissionNeeds: readonly PermissionNeeds[];
    /** The permissions that a user needs in a virtual host. */
    readonly needs: (vhost: string, user: string) => PermissionNeeds | undefined;
    readonly messageFlows: MessageFlows;
}

/** Makes the view of a topology. @param target the broker version; by default, the one that the topology was compiled for */
export function topologyView(
    topology: Topology,
    target: KnownVersion = topology.brokerVersion,
): TopologyView {
    const byVhost = ({ vhost }: { readonly vhost: string }): string => vhost;
    const { queueNamed, exchangeNamed, bindingsFrom, bindingsTo, retryOf, isExclusive } =
        topologyIndex(topology);
    const route = router(topology, target);
    const messageFlows = lazy(() => messageFlowsOf(topology, route));
    const settingUses = lazy(() => settingUsesOf(topology));
    const writtenKeys = lazy(() => new Set(settingUses().map(({ key }) => key)));
    const settings = knownSettings(topology, target, (key) => writtenKeys().has(key));
    const objects = lazy(() => namedObjects(topology));
    const similarNames = lazy(() => similarNamesOf(objects()));
    const letters = knownDeadLetters(topology, target);
    const { deadLetterSources } = letters;
    const needs = lazy(() =>
        permissionNeedsOf({ topology, queueNamed, retryOf, setting: settings.setting, deadLetterSources }),
    );
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
        isExport:
            topology.services.length === 0 && topology.queues.every(({ purpose }) => purpose === undefined),
        queueNamed,
        exchangeNamed,
        isExclusive,
        hasServices: topology.services.length > 0,
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
        fate: (...args) => fate()(...args),
        needs: (vhost, user) => needsByUser()(vhost, user)?.need,
        allowedBy: memoize(nameMatcher),
        ...letters,
        get objects() {
            return objects();
        },
        get similarNames() {
            return similarNames();
        },
        get messageFlows() {
            return messageFlows();
        },
        get settingUses() {
            return settingUses();
        },
        get permissionNeeds() {
            return needs();
        },
    };
}
