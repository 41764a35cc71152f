import type { Exchange, Queue, Topology } from "../model/index.ts";
import { federationOf } from "./federation.ts";
import { linksOf } from "./links.ts";
import { endText } from "./linkText.ts";

/** Messages that a link brings to a queue or an exchange. */
export interface LinkArrival {
    readonly link: "shovel" | "federation upstream";
    readonly vhost: string;
    readonly name: string;
    /** Where they come from: `queue "orders" in vhost "shop"`, `exchange "events" at amqp://other`. */
    readonly from: string;
}

/** The links that bring messages to a queue or an exchange. */
export function arrivalsAt(topology: Topology, object: Exchange | Queue): readonly LinkArrival[] {
    const links = linksOf(topology);
    const isExchange = "internal" in object;
    const kind = isExchange ? "exchange" : "queue";
    const into = isExchange ? links.intoExchange : links.intoQueue;
    return [
        ...into(object.vhost, object.name).map(({ vhost, name, source }) => ({
            link: "shovel" as const,
            vhost,
            name,
            from: endText(source, "source"),
        })),
        ...federationOf(topology)
            .federatedFrom(object)
            .map(({ vhost, name, broker, ...remote }) => ({
                link: "federation upstream" as const,
                vhost,
                name,
                from: `${kind} "${remote[kind] ?? object.name}" at ${broker.text}`,
            })),
    ];
}
