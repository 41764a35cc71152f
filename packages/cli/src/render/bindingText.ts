import type { Binding } from "@spot-messaging/topology";

/** A binding by what it asks for. */
export function bindingText({
    routingKey,
    arguments: args,
}: Pick<Binding, "routingKey" | "arguments">): string {
    const wanted = Object.entries(args).map(([key, value]) => `${key}=${JSON.stringify(value)}`);
    return [`"${routingKey}"`, ...(wanted.length > 0 ? [`[${wanted.join(", ")}]`] : [])].join(" ");
}
