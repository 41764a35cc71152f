import type { Binding } from "../model/index.ts";

/** The routing key and the arguments of a binding. */
export function bindingText({
    routingKey,
    arguments: args,
}: Pick<Binding, "routingKey" | "arguments">): string {
    const wanted = Object.entries(args).map(([key, value]) => `${key}=${JSON.stringify(value)}`);
    return [`"${routingKey}"`, ...(wanted.length > 0 ? [`[${wanted.join(", ")}]`] : [])].join(" ");
}
