import { routingOf } from "../broker/exchangeTypes.ts";
import { topologyIndex } from "../lookup/topologyIndex.ts";
import type { Topology } from "../model/index.ts";
import { deliveries } from "../view/delivery.ts";
import type { ParkedMessage } from "./parkedMessage.ts";
import { routingHeaders } from "./redrivenHeaders.ts";
import type { RedriveTarget } from "./redriveTarget.ts";

/** Returns how to publish a message so that it arrives in its parking queue, and in no other queue. */
export type ParkingRoute = (message: ParkedMessage) => RedriveTarget;

/**
 * Makes the function that finds the way into parking queues. A message keeps its exchange and its routing key, which say where an unroutable one
 * came from, if its exchange routes it to its parking queue alone; otherwise the default exchange delivers it.
 */
export function parkingRoutes(topology: Topology): ParkingRoute {
    const deliver = deliveries(topology);
    const { exchangeNamed } = topologyIndex(topology);
    return ({ vhost, queue, exchange, routingKey }) => {
        const found = exchange === "" ? undefined : exchangeNamed(vhost, exchange);
        // A headers exchange compares headers that a route does not have.
        const isKnown =
            found !== undefined &&
            !found.internal &&
            ["direct", "topic", "fanout"].includes(routingOf(found).routing);
        const queues = isKnown ? deliver({ vhost, exchange, routingKey }).queues : [];
        return queues.length === 1 && queues[0] === queue
            ? { exchange, routingKey, queue }
            : { exchange: "", routingKey: queue, queue };
    };
}

/** The headers of a message that is published into a parking queue again: without those that would deliver it to further queues. */
export function parkedHeaders(raw: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
    return Object.fromEntries(Object.entries(raw).filter(([name]) => !routingHeaders.has(name)));
}
