import { featuresOf } from "../broker/features.ts";
import { topologyIndex } from "../lookup/topologyIndex.ts";
import {
    type ArgumentValue,
    type Call,
    exactPattern,
    type Publication,
    type RetryRoute,
    type Service,
    type Subscription,
    type Topology,
    usersOf,
} from "../model/index.ts";
import { effectiveSettings } from "../settings/effective.ts";
import { byMessage } from "./byMessage.ts";
import { replyPartsOf } from "./replies.ts";

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
    /** The stream with the replies to its calls; null: it makes none. */
    readonly replies: ReplyStreamContract | null;
    /** The services that call it, by name. */
    readonly callers: Readonly<Record<string, CallerContract>>;
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

/** The stream with the replies to all calls of a service. Each replica reads it from `next` and takes the replies to its own calls. */
export interface ReplyStreamContract {
    readonly queue: string;
    readonly prefetch: number;
}

/** Where a service sends its reply to a request. */
export interface CallerContract extends Target {
    /**
     * A pattern for the `user_id` of the caller's requests. The broker compares that property with the user who publishes, so it says where the
     * reply may go; the content of a request does not.
     */
    readonly users: string;
}

/**
 * The contract of one service of the topology.
 * @param userPattern the users of a caller, as a pattern; by default exactly those that it has
 * @throws UsageError `service "billing": message "paid" is consumed from queues "a" and "b"; ...`
 */
export function contractOf(
    topology: Topology,
    service: Service,
    limits: Readonly<Record<string, number>> = {},
    connections: ConnectionsContract = { publishChannels: defaultPublishChannels },
    userPattern: (caller: Service) => string = (caller) => exactPattern(...usersOf(caller)),
): Contract {
    const { priorities } = featuresOf(topology.brokerVersion);
    const { others, stream, callers } = replyPartsOf(topology, service);
    const { publishes, consumes, calls } = byMessage(others);
    return {
        format: contractFormat,
        service: service.name,
        broker: { version: topology.brokerVersion },
        publishes: mapValues(publishes, (each) => publicationContract(each, priorities)),
        consumes: mapValues(consumes, (each) => subscriptionContract(topology, service.vhost, each)),
        calls: mapValues(calls, callContract),
        replies: stream === undefined ? null : { queue: stream.queue, prefetch: stream.prefetch },
        callers: Object.fromEntries(
            callers.map(({ caller, publication: { exchange, routingKey } }) => [
                caller.name,
                { exchange, routingKey, users: userPattern(caller) },
            ]),
        ),
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
