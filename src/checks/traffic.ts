import { groupedByName } from "../broker/named.js";
import type { Router } from "../broker/routing.js";
import type { Call, Publication, Queue, Service, Subscription, Topology } from "../model/index.js";

/** Something that a service sends, and the queues that take it. */
export interface Sending {
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

/** Who sends what to which queue, and who takes it out, as far as the services declare it. */
export interface Traffic {
    readonly sendings: readonly Sending[];
    readonly consumptions: readonly Consumption[];
    readonly sendingsTo: (queue: QueueName) => readonly Sending[];
    readonly consumptionsOf: (queue: QueueName) => readonly Consumption[];
    readonly inspectorsOf: (queue: QueueName) => readonly Service[];
}

/** Services live in one virtual host: the topology's first. */
export function homeVhost({ vhosts }: Topology): string {
    return vhosts[0]?.name ?? "";
}

export function trafficOf(topology: Topology, route: Router): Traffic {
    const vhost = homeVhost(topology);
    const sendings = topology.services.flatMap((service) =>
        [
            ...service.publishes.map((publication) => ({ ...publication, publication })),
            ...service.calls.map((call) => ({ ...call, call })),
        ].map(
            ({ message, exchange, routingKey, ...kind }): Sending => ({
                service,
                vhost,
                message,
                exchange,
                routingKey,
                ...("publication" in kind ? { publication: kind.publication } : { call: kind.call }),
                queues: route({ vhost, exchange, routingKey }),
            }),
        ),
    );
    const consumptions = topology.services.flatMap((service) =>
        service.consumes.map((subscription) => ({ service, vhost, subscription })),
    );
    const reached = sendings.flatMap((sending) => sending.queues.map((name) => ({ name, sending })));
    const inspected = topology.services.flatMap((service) =>
        service.inspects.map((name) => ({ name, service })),
    );
    const ownerOf = ({ name }: { readonly name: string }): QueueName => ({ vhost, name });
    const reachedBy = groupedByName(reached, ownerOf);
    const inspectedBy = groupedByName(inspected, ownerOf);
    const consumedBy = groupedByName(consumptions, ({ subscription }) => ({
        vhost,
        name: subscription.queue,
    }));
    return {
        sendings,
        consumptions,
        sendingsTo: (queue) => reachedBy(queue.vhost, queue.name).map(({ sending }) => sending),
        consumptionsOf: (queue) => consumedBy(queue.vhost, queue.name),
        inspectorsOf: (queue) => inspectedBy(queue.vhost, queue.name).map(({ service }) => service),
    };
}
