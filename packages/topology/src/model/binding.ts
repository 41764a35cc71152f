import type { Arguments } from "./arguments.ts";

/** The type of a binding's destination. */
export type DestinationType = "queue" | "exchange";

/** A rule by which a source exchange routes messages to a queue or to another exchange. */
export interface Binding {
    readonly vhost: string;
    readonly source: string;
    readonly destination: string;
    readonly destinationType: DestinationType;
    /** Matched by the source's type: exactly (direct), by words with `*` and `#` (topic), not at all (fanout, headers). */
    readonly routingKey: string;
    readonly arguments: Arguments;
}

/** A binding to a queue without arguments; `settings` overrides this. */
export function binding(
    vhost: string,
    source: string,
    destination: string,
    routingKey: string,
    settings: Partial<Pick<Binding, "destinationType" | "arguments">> = {},
): Binding {
    return { vhost, source, destination, destinationType: "queue", routingKey, arguments: {}, ...settings };
}

/** The identity of a binding: for the broker, two bindings with the same key are one. */
export function bindingKey(each: Binding): string {
    const parts = [each.vhost, each.source, each.destinationType, each.destination, each.routingKey];
    const sortedArguments = Object.entries(each.arguments).sort(([a], [b]) => (a < b ? -1 : 1));
    return JSON.stringify([...parts, sortedArguments]);
}
