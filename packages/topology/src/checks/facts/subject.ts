import { groupLookup } from "../../lookup/groups.ts";
import { lazy, memoize } from "../../lookup/memoize.ts";
import { topologyIndex } from "../../lookup/topologyIndex.ts";
import type { Binding, BrokerVersion, Exchange, Queue, RetryRoute, Topology } from "../../model/index.ts";
import { type Router, router } from "../../routing/routing.ts";
import { type KnownDeadLetters, knownDeadLetters } from "./knownDeadLetters.ts";
import { type KnownSettings, knownSettings } from "./knownSettings.ts";
import { type NamedObject, namedObjects, namesakesOf } from "./namedObjects.ts";
import { type NameMatcher, nameMatcher } from "./nameMatcher.ts";
import { type PermissionNeeds, permissionNeedsOf } from "./permissionNeeds.ts";
import { type SettingStatement, statementsOf } from "./statements.ts";
import { type Traffic, trafficOf } from "./traffic.ts";

type Named = Pick<Queue, "vhost" | "name">;

/**
 * A topology as the rules look at it: with the questions answered that many of them ask, each once. What RabbitMQ makes of the
 * topology is the knowledge of broker/; this only remembers it.
 */
export interface Subject extends KnownSettings, KnownDeadLetters {
    readonly topology: Topology;
    /** The version that it is judged for. */
    readonly version: BrokerVersion;
    /**
     * Whether only the broker's own view is known, without purposes and services. What somebody wanted cannot be known then, so rules
     * about it keep silent or only take note.
     */
    readonly foreign: boolean;
    /** Everything that has a name. */
    readonly objects: readonly NamedObject[];
    /** Those whose names are alike but for upper and lower case, in groups. */
    readonly namesakes: readonly (readonly NamedObject[])[];
    readonly queueNamed: (vhost: string, name: string) => Queue | undefined;
    readonly exchangeNamed: (vhost: string, name: string) => Exchange | undefined;
    readonly queuesOf: (vhost: string) => readonly Queue[];
    readonly exchangesOf: (vhost: string) => readonly Exchange[];
    readonly bindingsFrom: (exchange: Named) => readonly Binding[];
    readonly bindingsTo: (queue: Named) => readonly Binding[];
    /** How the consumer of a queue retries. */
    readonly retryOf: (vhost: string, queue: string) => RetryRoute | undefined;
    readonly route: Router;
    /** Which names a pattern of a permission allows. */
    readonly allowedBy: (pattern: string) => NameMatcher;
    /** Every setting of queues that is written down anywhere. */
    readonly statements: readonly SettingStatement[];
    /** What each service must be allowed. */
    readonly permissionNeeds: readonly PermissionNeeds[];
    readonly traffic: Traffic;
}

/** Makes the subject of a topology; `target` is the version to judge it for, where it was made for another. */
export function subjectOf(topology: Topology, target: BrokerVersion = topology.brokerVersion): Subject {
    const byVhost = ({ vhost }: { readonly vhost: string }): string => vhost;
    const { queueNamed, exchangeNamed, bindingsFrom, bindingsTo, retryOf } = topologyIndex(topology);
    const route = router(topology, target);
    const traffic = lazy(() => trafficOf(topology, route));
    const statements = lazy(() => statementsOf(topology));
    const writtenKeys = lazy(() => new Set(statements().map(({ key }) => key)));
    const settings = knownSettings(topology, target, (key) => writtenKeys().has(key));
    const objects = lazy(() => namedObjects(topology));
    const namesakes = lazy(() => namesakesOf(objects()));
    const needs = lazy(() => permissionNeedsOf({ topology, queueNamed, retryOf, setting: settings.setting }));
    return {
        topology,
        version: target,
        foreign:
            topology.services.length === 0 && topology.queues.every(({ purpose }) => purpose === undefined),
        queueNamed,
        exchangeNamed,
        queuesOf: groupLookup(topology.queues, byVhost),
        exchangesOf: groupLookup(topology.exchanges, byVhost),
        bindingsFrom: ({ vhost, name }) => bindingsFrom(vhost, name),
        bindingsTo: ({ vhost, name }) => bindingsTo(vhost, name),
        retryOf,
        ...settings,
        route,
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
        get statements() {
            return statements();
        },
        get permissionNeeds() {
            return needs();
        },
    };
}
