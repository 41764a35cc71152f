import { effectiveSettings } from "../broker/effective.js";
import { type Router, router } from "../broker/routing.js";
import type { Binding, BrokerVersion, Exchange, Queue, Topology } from "../model/index.js";
import { grouped, identity, once } from "./grouped.js";
import { type KnownDeadLetters, knownDeadLetters } from "./knownDeadLetters.js";
import { type KnownSettings, knownSettings } from "./knownSettings.js";
import { type PermissionNeeds, permissionNeedsOf } from "./permissionNeeds.js";
import { type SettingStatement, statementsOf } from "./statements.js";
import { type Traffic, trafficOf } from "./traffic.js";

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
    readonly queueNamed: (vhost: string, name: string) => Queue | undefined;
    readonly exchangeNamed: (vhost: string, name: string) => Exchange | undefined;
    readonly queuesOf: (vhost: string) => readonly Queue[];
    readonly exchangesOf: (vhost: string) => readonly Exchange[];
    readonly bindingsFrom: (exchange: Named) => readonly Binding[];
    readonly bindingsTo: (queue: Named) => readonly Binding[];
    readonly route: Router;
    /** Every setting of queues that is written down anywhere. */
    readonly statements: readonly SettingStatement[];
    /** What each service must be allowed. */
    readonly permissionNeeds: readonly PermissionNeeds[];
    readonly traffic: Traffic;
}

/** Makes the subject of a topology; `target` is the version to judge it for, where it was made for another. */
export function subjectOf(topology: Topology, target: BrokerVersion = topology.brokerVersion): Subject {
    const byVhost = ({ vhost }: { readonly vhost: string }): string => vhost;
    const keyOf = ({ vhost, name }: Named): string => identity(vhost, name);
    const queues = new Map(topology.queues.map((each) => [keyOf(each), each]));
    const queueNamed = (vhost: string, name: string): Queue | undefined => queues.get(identity(vhost, name));
    const exchanges = new Map(topology.exchanges.map((each) => [keyOf(each), each]));
    const from = grouped(topology.bindings, ({ vhost, source }) => identity(vhost, source));
    const to = grouped(
        topology.bindings.filter(({ destinationType }) => destinationType === "queue"),
        ({ vhost, destination }) => identity(vhost, destination),
    );
    const route = router(topology);
    const traffic = once(() => trafficOf(topology, route));
    const statements = once(() => statementsOf(topology));
    const settingsOf = effectiveSettings(topology, target);
    const settings = knownSettings(topology, settingsOf);
    const needs = once(() => permissionNeedsOf({ topology, queueNamed, setting: settings.setting }));
    return {
        topology,
        version: target,
        foreign:
            topology.services.length === 0 && topology.queues.every(({ purpose }) => purpose === undefined),
        queueNamed,
        exchangeNamed: (vhost, name) => exchanges.get(identity(vhost, name)),
        queuesOf: grouped(topology.queues, byVhost),
        exchangesOf: grouped(topology.exchanges, byVhost),
        bindingsFrom: (exchange) => from(keyOf(exchange)),
        bindingsTo: (queue) => to(keyOf(queue)),
        ...settings,
        route,
        ...knownDeadLetters(topology, target, settingsOf),
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
