import type { Service } from "../../../model/index.ts";

/** What a service sends, and where to. */
export interface Sending {
    readonly vhost: string;
    readonly exchange: string;
    readonly routingKey: string;
    /** In words, the same as long as the service sends the message: `service "gateway" publishes "request"`. */
    readonly use: string;
}

/** Everything that a service sends. */
export function sendingsOf({ vhost, name, publishes, calls }: Service): readonly Sending[] {
    const sending =
        (verb: string) =>
        ({
            message,
            exchange,
            routingKey,
        }: Omit<Sending, "vhost" | "use"> & { readonly message: string }): Sending => ({
            vhost,
            exchange,
            routingKey,
            use: `service "${name}" ${verb} "${message}"`,
        });
    return [...publishes.map(sending("publishes")), ...calls.map(sending("requests"))];
}
