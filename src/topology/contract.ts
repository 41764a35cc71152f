import { type ArgumentValue, type RetryRoute, type Service, type Topology } from "@spot-messaging/topology";
import { featuresOf } from "@spot-messaging/topology/broker";
import { exchanges } from "./names.ts";

/** Raised when the shape changes, so that a service of another build says so instead of misreading it. */
export const contractFormat = 1;

/** E-mails above this size travel by reference: the message carries the place of the body, not the body. */
const inlineBytes = 262_144;

/** What one service is told of the topology: the only place where it learns a name. Written as JSON. */
export interface Contract {
    readonly format: typeof contractFormat;
    readonly service: string;
    readonly broker: { readonly version: string };
    readonly publishes: Readonly<Record<string, PublicationContract>>;
    readonly consumes: Readonly<Record<string, SubscriptionContract>>;
    readonly calls: Readonly<Record<string, CallContract>>;
    readonly limits: { readonly inlineBytes: number };
    readonly settings: Readonly<Record<string, ArgumentValue>>;
}

interface Target {
    readonly exchange: string;
    readonly routingKey: string;
}

export interface PublicationContract extends Target {
    readonly persistent: boolean;
    readonly mandatory: boolean;
    /** The AMQP priority for each urgency; null where the message has none. */
    readonly priorities: { readonly normal: number; readonly urgent: number } | null;
    readonly expirationMs: number | null;
}

export interface SubscriptionContract {
    readonly queue: string;
    readonly type: string;
    readonly prefetch: number;
    readonly jobLimitMs: number;
    readonly retry: RetryRoute | null;
    /** Where a message goes, with the reason in a header, that the service gives up; null: it is rejected. */
    readonly deadLetter: Target | null;
}

export interface CallContract extends Target {
    readonly timeoutMs: number;
}

/** The contract of one service of the topology. */
export function contractOf(topology: Topology, service: Service): Contract {
    const { priorities } = featuresOf(topology.brokerVersion);
    const typeOf = new Map(topology.queues.map(({ name, type }) => [name, type]));
    return {
        format: contractFormat,
        service: service.name,
        broker: { version: topology.brokerVersion },
        publishes: Object.fromEntries(
            service.publishes.map((each) => [
                each.message,
                {
                    exchange: each.exchange,
                    routingKey: each.routingKey,
                    persistent: each.persistent,
                    mandatory: each.mandatory,
                    priorities: each.urgency ? priorities : null,
                    expirationMs: each.expiration ?? null,
                },
            ]),
        ),
        consumes: Object.fromEntries(
            service.consumes.map((each) => {
                const retry = topology.retries[each.queue] ?? null;
                return [
                    each.message,
                    {
                        queue: each.queue,
                        type: typeOf.get(each.queue) ?? "quorum",
                        prefetch: each.prefetch,
                        jobLimitMs: each.jobLimit,
                        retry,
                        deadLetter:
                            retry === null
                                ? null
                                : { exchange: exchanges.deadLetter, routingKey: each.queue },
                    },
                ];
            }),
        ),
        calls: Object.fromEntries(
            service.calls.map(({ message, exchange, routingKey, timeout }) => [
                message,
                { exchange, routingKey, timeoutMs: timeout },
            ]),
        ),
        limits: { inlineBytes },
        settings: service.workload?.settings ?? {},
    };
}
