import {
    type Binding,
    type Exchange,
    type KnownVersion,
    type Queue,
    type Topology,
    UsageError,
} from "@spot-messaging/topology";
import {
    arrivalsAt,
    type EffectiveSettings,
    effectiveSettings,
    endText,
    type LinkArrival,
    linksOf,
    routes,
    type Shovel,
} from "@spot-messaging/topology/broker";
import type { InputOptions } from "../input/topologyInput.ts";
import { exchangeNamed, queueNamed } from "./namedObject.ts";

export interface ExplainCommandOptions extends InputOptions {
    readonly exchange?: string;
    readonly json?: true;
}

/** A service whose messages arrive here. */
export interface Publisher {
    readonly service: string;
    readonly message: string;
    readonly exchange: string;
    readonly routingKey: string;
}

export interface Consumer {
    readonly service: string;
    readonly message: string;
    readonly prefetch: number;
}

/** A queue or an exchange with its effective settings, bindings, publishers and consumers. */
export interface Explanation {
    readonly kind: "queue" | "exchange";
    readonly object: Queue | Exchange;
    /** The version of RabbitMQ that the settings are for. */
    readonly version: KnownVersion;
    readonly effective: EffectiveSettings;
    /** The bindings to this object, sorted. */
    readonly bindingsTo: readonly Binding[];
    /** The bindings from this exchange. Empty for a queue. */
    readonly bindingsFrom: readonly Binding[];
    /** The exclusive queues of the virtual host: a broker exports only their bindings. */
    readonly exclusive: readonly string[];
    /** The queues that have this exchange as their dead-letter exchange. */
    readonly deadLettersOf: readonly string[];
    /** The exchanges that have this exchange as their alternate exchange. */
    readonly alternateOf: readonly string[];
    /** The shovels and federation upstreams that bring messages here. */
    readonly arrivals: readonly LinkArrival[];
    /** The shovels that take messages from here. */
    readonly shovels: readonly Shovel[];
    /** @default - unknown: definitions of a broker do not contain services */
    readonly publishers?: readonly Publisher[];
    /** @default - unknown, or not a queue */
    readonly consumers?: readonly Consumer[];
}

/**
 * Explains a queue, or with `--exchange` an exchange.
 * @throws UsageError if it does not exist
 */
export function explainObject(
    declared: Topology,
    queueName: string | undefined,
    { exchange: exchangeName, vhost, target: version }: ExplainCommandOptions,
): Explanation {
    const topology = version === undefined ? declared : { ...declared, brokerVersion: version };
    if ((queueName === undefined) === (exchangeName === undefined)) {
        throw new UsageError(
            "name one queue, or one exchange with --exchange; topology list queues, or topology list exchanges, shows their names",
        );
    }
    const object =
        exchangeName === undefined
            ? queueNamed(topology, queueName ?? "", vhost)
            : exchangeNamed(topology, exchangeName, vhost);
    const kind = exchangeName === undefined ? "queue" : "exchange";
    const inside = topology.bindings.filter((each) => each.vhost === object.vhost);
    const known = topology.services.length > 0;
    const effective = effectiveSettings(topology);
    const links = linksOf(topology);
    const leadsHere = (each: Queue | Exchange, key: string): boolean =>
        kind === "exchange" &&
        each.vhost === object.vhost &&
        effective(each).settings.value(key) === object.name;
    return {
        kind,
        object,
        version: topology.brokerVersion,
        effective: effective(object),
        bindingsTo: inside.filter(
            (each) => each.destinationType === kind && each.destination === object.name,
        ),
        bindingsFrom: kind === "exchange" ? inside.filter(({ source }) => source === object.name) : [],
        exclusive: (topology.exclusiveQueues ?? [])
            .filter((each) => each.vhost === object.vhost)
            .map(({ name }) => name),
        deadLettersOf: topology.queues
            .filter((each) => leadsHere(each, "dead-letter-exchange"))
            .map(({ name }) => name),
        alternateOf: topology.exchanges
            .filter((each) => leadsHere(each, "alternate-exchange"))
            .map(({ name }) => name),
        arrivals: arrivalsAt(topology, object),
        shovels: (kind === "queue" ? links.fromQueue : links.fromExchange)(object.vhost, object.name),
        ...(known && { publishers: publishersOf(topology, kind, object) }),
        ...(known && kind === "queue" && { consumers: consumersOf(topology, object) }),
    };
}

/** The services whose messages pass through an exchange or arrive in a queue. */
function publishersOf(
    topology: Topology,
    kind: Explanation["kind"],
    { vhost, name }: Queue | Exchange,
): readonly Publisher[] {
    const route = routes(topology);
    const passes = ({ exchange, routingKey }: Omit<Publisher, "service">): boolean => {
        if (kind === "exchange" && exchange === name) {
            return true;
        }
        const { queues, paths } = route({ vhost, exchange, routingKey });
        return kind === "queue"
            ? queues.includes(name)
            : paths.some(({ hops }) => hops.some((hop) => hop.exchange === name));
    };
    const inVhost = topology.services.filter((service) => service.vhost === vhost);
    return inVhost.flatMap((service) =>
        [...service.publishes, ...service.calls]
            .map(({ message, exchange, routingKey }) => ({ message, exchange, routingKey }))
            .filter(passes)
            .map((each) => ({ service: service.name, ...each })),
    );
}

function consumersOf(topology: Topology, { vhost, name }: Queue | Exchange): readonly Consumer[] {
    return topology.services.flatMap((service) =>
        service.consumes
            .filter(({ queue }) => service.vhost === vhost && queue === name)
            .map(({ message, prefetch }) => ({ service: service.name, message, prefetch })),
    );
}

/** The JSON for other programs: names instead of internal objects. */
export function explanationJson({
    kind,
    object,
    version,
    effective,
    bindingsTo,
    bindingsFrom,
    ...users
}: Explanation): object {
    const names = (policies: readonly { readonly name: string }[]): readonly string[] =>
        policies.map(({ name }) => name);
    return {
        kind,
        brokerVersion: version,
        ...object,
        policy: effective.policy?.name ?? null,
        operatorPolicy: effective.operator.policy?.name ?? null,
        tied: names([...effective.tied, ...effective.operator.tied]),
        shadowed: names([...effective.shadowed, ...effective.operator.shadowed]),
        dropped: [...effective.dropped, ...effective.operator.dropped].map(({ policy, keys }) => ({
            policy: policy.name,
            keys,
        })),
        settings: [...effective.settings.values()].toSorted((a, b) => (a.key < b.key ? -1 : 1)),
        withoutEffect: effective.withoutEffect,
        bindingsTo,
        bindingsFrom,
        deadLettersOf: users.deadLettersOf,
        alternateOf: users.alternateOf,
        arrivals: users.arrivals,
        shovels: users.shovels.map(({ vhost, name, destination }) => ({
            vhost,
            name,
            to: endText(destination, "destination"),
        })),
        publishers: users.publishers ?? null,
        consumers: users.consumers ?? null,
    };
}
