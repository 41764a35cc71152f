import { featuresOf } from "../broker/features.ts";
import { topologyIndex } from "../lookup/topologyIndex.ts";
import type {
    ArgumentValue,
    Call,
    Publication,
    RetryRoute,
    Service,
    Subscription,
    Topology,
} from "../model/index.ts";
import { effectiveSettings } from "../settings/effective.ts";
import { byMessage } from "./byMessage.ts";

/** Raised when the shape changes, so that a service of another build refuses it instead of misreading it. */
export const contractFormat = 1;

const defaultPublishChannels = 4;

/** What one service knows of the topology: the only place where it learns a name. Written as JSON. */
export interface Contract {
    readonly format: typeof contractFormat;
    readonly service: string;
    readonly broker: { readonly version: string };
    readonly publishes: Readonly<Record<string, PublicationContract>>;
    readonly consumes: Readonly<Record<string, SubscriptionContract>>;
    readonly calls: Readonly<Record<string, CallContract>>;
    readonly connections: ConnectionsContract;
    /** What the services of a program agree on besides. */
    readonly limits: Readonly<Record<string, number>>;
    readonly settings: Readonly<Record<string, ArgumentValue>>;
}

/** How a service uses its connections. */
export interface ConnectionsContract {
    /** The size of its pool of confirm channels: one carries many publishes, so a few are enough. */
    readonly publishChannels: number;
}

interface Target {
    readonly exchange: string;
    readonly routingKey: string;
}

/** A message that a service publishes. */
export interface PublicationContract extends Target {
    readonly persistent: boolean;
    readonly mandatory: boolean;
    /** The AMQP priority for each urgency; null where the message has none. */
    readonly priorities: { readonly normal: number; readonly urgent: number } | null;
    readonly expirationMs: number | null;
}

/** A queue that a service consumes. */
export interface SubscriptionContract {
    readonly queue: string;
    readonly type: string;
    readonly prefetch: number;
    readonly jobLimitMs: number;
    readonly retry: RetryRoute | null;
    /** Where the service publishes a message that failed for good, with the reason in a header; null: it rejects the message. */
    readonly deadLetter: Target | null;
}

/** A request that a service makes. */
export interface CallContract extends Target {
    readonly timeoutMs: number;
}

/**
 * The contract of one service of the topology.
 * @throws UsageError `service "billing": message "paid" is consumed from queues "a" and "b"; ...`
 */
export function contractOf(
    topology: Topology,
    service: Service,
    limits: Readonly<Record<string, number>> = {},
    connections: ConnectionsContract = { publishChannels: defaultPublishChannels },
): Contract {
    const { priorities } = featuresOf(topology.brokerVersion);
    const { publishes, consumes, calls } = byMessage(service);
    return {
        format: contractFormat,
        service: service.name,
        broker: { version: topology.brokerVersion },
        publishes: mapValues(publishes, (each) => publicationContract(each, priorities)),
        consumes: mapValues(consumes, (each) => subscriptionContract(topology, service.vhost, each)),
        calls: mapValues(calls, callContract),
        connections,
        limits,
        settings: service.workload?.settings ?? {},
    };
}

function publicationContract(
    { exchange, routingKey, persistent, mandatory, urgency, expiration }: Publication,
    priorities: { readonly normal: number; readonly urgent: number },
): PublicationContract {
    return {
        exchange,
        routingKey,
        persistent,
        mandatory,
        priorities: urgency ? priorities : null,
        expirationMs: expiration ?? null,
    };
}

function subscriptionContract(
    topology: Topology,
    vhost: string,
    { queue: name, prefetch, jobLimit }: Subscription,
): SubscriptionContract {
    const { queueNamed, retryOf } = topologyIndex(topology);
    const queue = queueNamed(vhost, name);
    const retry = retryOf(vhost, name) ?? null;
    const settings = queue === undefined ? undefined : effectiveSettings(topology)(queue).settings;
    const exchange = retry === null ? undefined : settings?.value("dead-letter-exchange");
    const key = settings?.value("dead-letter-routing-key");
    return {
        queue: name,
        type: queue?.type ?? "quorum",
        prefetch,
        jobLimitMs: jobLimit,
        retry,
        deadLetter:
            typeof exchange === "string"
                ? { exchange, routingKey: typeof key === "string" ? key : name }
                : null,
    };
}

function callContract({ exchange, routingKey, timeout }: Call): CallContract {
    return { exchange, routingKey, timeoutMs: timeout };
}

function mapValues<From, To>(
    items: ReadonlyMap<string, From>,
    valueOf: (item: From) => To,
): Readonly<Record<string, To>> {
    return Object.fromEntries([...items].map(([message, each]) => [message, valueOf(each)]));
}
