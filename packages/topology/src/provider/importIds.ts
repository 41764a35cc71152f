import type { Binding, InVhost } from "../model/index.ts";

/** The provider splits the id of an exchange, a queue, a policy or permissions at this character. */
const separator = "@";

/** The import id of an exchange, a queue or a policy. */
export function objectId({ vhost, name }: InVhost): string {
    return `${name}${separator}${vhost}`;
}

/** Whether the provider finds the name and the virtual host in an id. */
export function hasReadableId(name: string, vhost: string): boolean {
    return !name.includes(separator) && !vhost.includes(separator);
}

/** Whether the provider finds the two ends in the id of a binding, where it splits at slashes. */
export function hasReadableEnds({ source, destination }: Pick<Binding, "source" | "destination">): boolean {
    return !source.includes("/") && !destination.includes("/");
}

/** The import id of a binding; `propertiesKey` is the broker's own name for it between its two ends. */
export function bindingId(
    { vhost, source, destination, destinationType }: Binding,
    propertiesKey: string,
): string {
    const encoded = vhost.replaceAll("%", "%25").replaceAll("/", "%2F");
    return [encoded, source, destination, destinationType, propertiesKey].join("/");
}

/**
 * The broker's name for a binding between its two ends; `undefined` for one with arguments, whose name ends in a hash of Erlang's.
 * @see https://github.com/rabbitmq/rabbitmq-server/blob/v4.3.5/deps/rabbitmq_management_agent/src/rabbit_mgmt_format.erl pack_binding_props
 */
export function propertiesKey({ routingKey, arguments: args }: Binding): string | undefined {
    if (Object.keys(args).length > 0) {
        return undefined;
    }
    return routingKey === "" ? "~" : quotedKey(routingKey);
}

/** As in a form: a space is a plus, and everything but letters, digits, ".", "-" and "_" is percent-encoded. */
function quotedKey(routingKey: string): string {
    return encodeURIComponent(routingKey)
        .replaceAll(/[!'()*~]/g, (mark) => `%${mark.charCodeAt(0).toString(16).toUpperCase()}`)
        .replaceAll("%20", "+");
}
