import { router } from "../broker/routing.js";
import type { Topology } from "../model/index.js";
import type { Finding } from "./finding.js";

/** A service publishes what no queue takes: the message is dropped, or ends among the unroutable ones. */
export function unroutedPublication(topology: Topology): readonly Finding[] {
    const route = router(topology);
    const parked = new Set(
        topology.queues.filter(({ purpose }) => purpose === "parking").map(({ name }) => name),
    );
    const [vhost] = topology.vhosts;
    const exchanges = new Set(topology.exchanges.map(({ name }) => name));
    return topology.services.flatMap((service) =>
        [...service.publishes, ...service.calls]
            // An exchange that does not exist is another rule's finding.
            .filter(({ exchange }) => vhost !== undefined && exchanges.has(exchange))
            .filter(({ exchange, routingKey }) =>
                route({ vhost: vhost?.name ?? "", exchange, routingKey }).every((name) => parked.has(name)),
            )
            .map(({ message, exchange, routingKey }) => ({
                rule: "unroutedPublication",
                severity: "error" as const,
                place: `service "${service.name}"`,
                message: `message "${message}" to exchange "${exchange}" with key "${routingKey}" reaches no queue`,
                fix: `bind a queue to "${exchange}" with that key, or stop publishing it`,
            })),
    );
}
