import type { Service } from "../../../model/index.ts";

/** The exchange and the routing key that a service sends a message with. */
export interface SenderRoute {
    readonly vhost: string;
    readonly exchange: string;
    readonly routingKey: string;
    /** Identifies the message of the service, in words: `service "gateway" publishes "request"`. */
    readonly use: string;
}

/** The routes of all messages that a service sends. */
export function senderRoutesOf({ vhost, name, publishes, calls }: Service): readonly SenderRoute[] {
    const routeOf =
        (verb: string) =>
        ({
            message,
            exchange,
            routingKey,
        }: Omit<SenderRoute, "vhost" | "use"> & { readonly message: string }): SenderRoute => ({
            vhost,
            exchange,
            routingKey,
            use: `service "${name}" ${verb} "${message}"`,
        });
    return [...publishes.map(routeOf("publishes")), ...calls.map(routeOf("requests"))];
}
