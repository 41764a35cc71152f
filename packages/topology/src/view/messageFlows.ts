import { GroupsByName } from "../lookup/named.ts";
import type { Call, Publication, Queue, Service, Subscription, Topology } from "../model/index.ts";
import type { Router } from "../routing/routing.ts";

/** A message that a service sends, and the queues that receive it. */
export interface SentMessage {
    readonly service: Service;
    readonly vhost: string;
    readonly message: string;
    readonly exchange: string;
    readonly routingKey: string;
    readonly publication?: Publication;
    readonly call?: Call;
    readonly queues: readonly string[];
}

export interface Consumption {
    readonly service: Service;
    readonly vhost: string;
    readonly subscription: Subscription;
}

type QueueName = Pick<Queue, "vhost" | "name">;

/** The messages between services and queues, as the services declare them. */
export interface MessageFlows {
    readonly sentMessages: readonly SentMessage[];
    readonly consumptions: readonly Consumption[];
    readonly messagesTo: (queue: QueueName) => readonly SentMessage[];
    readonly consumptionsOf: (queue: QueueName) => readonly Consumption[];
    readonly inspectorsOf: (queue: QueueName) => readonly Service[];
}

export function messageFlowsOf(topology: Topology, route: Router): MessageFlows {
    const sentMessages: SentMessage[] = [];
    const consumptions: Consumption[] = [];
    const reachedBy = new GroupsByName<SentMessage>();
    const consumedBy = new GroupsByName<Consumption>();
    const inspectedBy = new GroupsByName<Service>();
    const send = (
        service: Service,
        { message, exchange, routingKey }: Publication | Call,
        kind: Pick<SentMessage, "publication" | "call">,
    ): void => {
        const { vhost } = service;
        const queues = route({ vhost, exchange, routingKey });
        const sent = { service, vhost, message, exchange, routingKey, queues, ...kind };
        sentMessages.push(sent);
        for (const queue of queues) {
            reachedBy.add(vhost, queue, sent);
        }
    };
    for (const service of topology.services) {
        const { vhost } = service;
        for (const publication of service.publishes) {
            send(service, publication, { publication });
        }
        for (const call of service.calls) {
            send(service, call, { call });
        }
        for (const subscription of service.consumes) {
            const consumption = { service, vhost, subscription };
            consumptions.push(consumption);
            consumedBy.add(vhost, subscription.queue, consumption);
        }
        for (const queue of service.inspects) {
            inspectedBy.add(vhost, queue, service);
        }
    }
    return {
        sentMessages,
        consumptions,
        messagesTo: (queue) => reachedBy.get(queue.vhost, queue.name),
        consumptionsOf: (queue) => consumedBy.get(queue.vhost, queue.name),
        inspectorsOf: (queue) => inspectedBy.get(queue.vhost, queue.name),
    };
}
