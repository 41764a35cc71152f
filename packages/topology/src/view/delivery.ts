import type { Topology } from "../model/index.ts";
import type { RoutedMessage, Routing } from "../routing/routing.ts";
import { quoted } from "../text/names.ts";
import type { SentMessage } from "./messageFlows.ts";
import { type TopologyView, topologyView } from "./topologyView.ts";

/** Where a message goes, and which of its queues it is meant for. */
export interface Delivery extends Routing {
    /** The queues that are not only there for what no other queue takes. Empty: the message is unroutable. */
    readonly delivered: readonly string[];
}

/** Makes the function that tells where a message goes. */
export function deliveries(topology: Topology): (message: RoutedMessage) => Delivery {
    const view = topologyView(topology);
    return (message) => {
        const routing = view.routing(message);
        return { ...routing, delivered: deliveredQueues(view, message.vhost, routing) };
    };
}

type DeliveryView = Pick<TopologyView, "exchangeNamed" | "queueNamed" | "routing" | "traffic">;

/**
 * The queues that a message is delivered to. The others only park what no queue takes: those that are declared for that, and of those without
 * a declared purpose the ones that only an alternate exchange leads to, unless a service consumes them.
 */
export function deliveredQueues(
    { queueNamed, traffic }: Pick<DeliveryView, "queueNamed" | "traffic">,
    vhost: string,
    { paths }: Pick<Routing, "paths">,
): readonly string[] {
    return paths
        .filter(({ queue: name, hops }) => {
            const purpose = queueNamed(vhost, name)?.purpose;
            return purpose === undefined
                ? !hops.some(isAlternate) || traffic.consumptionsOf({ vhost, name }).length > 0
                : purpose !== "parking";
        })
        .map(({ queue }) => queue);
}

function isAlternate({ via }: Routing["paths"][number]["hops"][number]): boolean {
    return via === "alternate";
}

/**
 * Whether what a service sends is delivered to no queue. Of an exchange that does not exist nothing is known, nor of one whose bindings look
 * at headers.
 */
export function isUnroutable(
    { vhost, exchange, routingKey, queues }: Omit<SentMessage, "service" | "message">,
    view: DeliveryView,
): boolean {
    const type = view.exchangeNamed(vhost, exchange)?.type;
    if (exchange !== "" && (type === undefined || type === "headers")) {
        return false;
    }
    // The ways need not be known of a message that reaches a queue with a purpose.
    const purposes = queues.map((name) => view.queueNamed(vhost, name)?.purpose);
    return purposes.some((purpose) => purpose !== undefined && purpose !== "parking")
        ? false
        : deliveredQueues(view, vhost, view.routing({ vhost, exchange, routingKey })).length === 0;
}

/** What happens to an unroutable message instead: `it falls through to the alternate exchange and is parked in "unrouted"`. */
export function unroutableText({ queues, paths }: Pick<Routing, "queues" | "paths">): string {
    const place = `is parked in ${quoted(queues)}`;
    return queues.length === 0
        ? "no queue takes it"
        : paths.every(({ hops }) => hops.some(isAlternate))
          ? `it falls through to the alternate exchange and ${place}`
          : `it ${place}`;
}
