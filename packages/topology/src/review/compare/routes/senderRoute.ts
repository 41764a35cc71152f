import type { Service } from "../../../model/index.ts";

/** Where a service sends a message. */
export interface SenderRoute {
    readonly vhost: string;
    readonly exchange: string;
    readonly routingKey: string;
    /** In words, the same as long as the service sends the message: `service "gateway" publishes "request"`. */
    readonly use: string;
}

/** Where a service sends each of its messages. */
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
