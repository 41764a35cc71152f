import { type Links, linksOf } from "../links/links.ts";
import type { Shovel } from "../links/shovel.ts";
import type { KnownVersion, Topology } from "../model/index.ts";
import { type RoutedMessage, type Routing, routes } from "./routing.ts";

/** What a shovel does with a message. */
export interface Transfer {
    readonly shovel: { readonly vhost: string; readonly name: string };
    /** Where the shovel takes it. */
    readonly from: { readonly kind: "exchange" | "queue"; readonly vhost: string; readonly name: string };
    /** The URI of the other broker. @default - it stays on this one */
    readonly broker?: string;
    /** How the shovel publishes it. @default - it goes to another broker, where the address names neither */
    readonly to?: { readonly vhost?: string; readonly exchange: string; readonly routingKey: string };
    /** The queues that it arrives in. @default - it goes to another broker */
    readonly queues?: readonly string[];
}

/** Makes the function that follows a message through the shovels that take it from where it arrives, each once. */
export function transfers(
    topology: Topology,
    version?: KnownVersion,
): (message: RoutedMessage) => readonly Transfer[] {
    const route = routes(topology, version);
    const links = linksOf(topology);
    return (message) => {
        const found = new Map<Shovel, Transfer>();
        const pending = [message];
        // The loop appends to the list that it iterates over.
        for (const each of pending) {
            for (const { shovel, from } of departures(route(each), each, links)) {
                if (found.has(shovel)) {
                    continue;
                }
                const next = republished(shovel, each);
                const { destination, vhost, name } = shovel;
                const isHere = destination.vhost !== undefined && next !== undefined;
                found.set(shovel, {
                    shovel: { vhost, name },
                    from,
                    ...(!isHere && { broker: destination.broker.text }),
                    ...(next !== undefined && {
                        to: {
                            ...(isHere && { vhost: next.vhost }),
                            exchange: next.exchange,
                            routingKey: next.routingKey,
                        },
                    }),
                    ...(isHere && { queues: arrivals(shovel, route(next).queues) }),
                });
                if (isHere) {
                    pending.push(next);
                }
            }
        }
        return [...found.values()];
    };
}

interface Departure extends Pick<Transfer, "from"> {
    readonly shovel: Shovel;
}

function departures(
    { queues, leaving }: Routing,
    { vhost, exchange }: RoutedMessage,
    { fromQueue }: Links,
): readonly Departure[] {
    return [
        ...leaving.map(({ shovel, hops }) => ({
            shovel,
            from: { kind: "exchange" as const, vhost, name: hops.at(-1)?.exchange ?? exchange },
        })),
        ...queues.flatMap((name) =>
            fromQueue(vhost, name).map((shovel) => ({
                shovel,
                from: { kind: "queue" as const, vhost, name },
            })),
        ),
    ];
}

/** A shovel declares the queue that it publishes to. */
function arrivals(
    { destination: { object, isPredeclared } }: Shovel,
    queues: readonly string[],
): readonly string[] {
    return object?.kind === "queue" && !isPredeclared ? [object.name] : queues;
}

function republished({ destination }: Shovel, message: RoutedMessage): RoutedMessage | undefined {
    const { object, key, vhost = "", protocol } = destination;
    if (object === undefined && protocol === "amqp10") {
        return undefined;
    }
    return {
        ...message,
        vhost,
        exchange: object === undefined ? message.exchange : object.kind === "queue" ? "" : object.name,
        routingKey: object?.kind === "queue" ? object.name : (key ?? message.routingKey),
    };
}
