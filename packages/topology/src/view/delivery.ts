import { routingOf } from "../broker/exchangeTypes.ts";
import type { Topology } from "../model/index.ts";
import type { RoutedMessage, Routing } from "../routing/routing.ts";
import { quoted } from "../text/names.ts";
import type { SentMessage } from "./messageFlows.ts";
import { type TopologyView, topologyView } from "./topologyView.ts";

/** The routing of a message, with the queues that it is delivered to. */
export interface Delivery extends Routing {
    /** The queues except those that only park unroutable messages. Empty: the message is unroutable. */
    readonly delivered: readonly string[];
}

/** Makes the function that returns the delivery of a message. */
export function deliveries(topology: Topology): (message: RoutedMessage) => Delivery {
    const view = topologyView(topology);
    return (message) => {
        const routing = view.routing(message);
        return { ...routing, delivered: deliveredQueues(view, message.vhost, routing) };
    };
}

type DeliveryView = Pick<TopologyView, "exchangeNamed" | "queueNamed" | "routing" | "messageFlows">;

/**
 * The queues that a message is delivered to, without those that only park unroutable messages: parking queues, and queues without a purpose that
 * only an alternate exchange reaches and no service consumes.
 */
export function deliveredQueues(
    { queueNamed, messageFlows }: Pick<DeliveryView, "queueNamed" | "messageFlows">,
    vhost: string,
    { paths }: Pick<Routing, "paths">,
): readonly string[] {
    return paths
        .filter(({ queue: name, hops }) => {
            const purpose = queueNamed(vhost, name)?.purpose;
            return purpose === undefined
                ? !hops.some(isAlternate) || messageFlows.consumptionsOf({ vhost, name }).length > 0
                : purpose !== "parking";
        })
        .map(({ queue }) => queue);
}

function isAlternate({ via }: Routing["paths"][number]["hops"][number]): boolean {
    return via === "alternate";
}

/**
 * Whether a message of a service is delivered to no queue. Always false for an exchange that does not exist, and for a headers exchange, since the
 * headers are unknown.
 */
export function isUnroutable(
    { vhost, exchange, routingKey, queues }: Omit<SentMessage, "service" | "message">,
    view: DeliveryView,
): boolean {
    const object = view.exchangeNamed(vhost, exchange);
    if (exchange !== "" && (object === undefined || routingOf(object).routing === "headers")) {
        return false;
    }
    // A queue with a purpose is enough; the paths need not be computed then.
    const purposes = queues.map((name) => view.queueNamed(vhost, name)?.purpose);
    if (purposes.some((purpose) => purpose !== undefined && purpose !== "parking")) {
        return false;
    }
    const routing = view.routing({ vhost, exchange, routingKey });
    return routing.leaving.length === 0 && deliveredQueues(view, vhost, routing).length === 0;
}

/** What happens to an unroutable message instead: `it falls through to the alternate exchange and is parked in "unrouted"`. */
export function unroutableText({ queues, paths }: Pick<Routing, "queues" | "paths">): string {
    const place = `is parked in ${quoted(queues)}`;
    return queues.length === 0
        ? "no queue receives it"
        : paths.every(({ hops }) => hops.some(isAlternate))
          ? `it falls through to the alternate exchange and ${place}`
          : `it ${place}`;
}
