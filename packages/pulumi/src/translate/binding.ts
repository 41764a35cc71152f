import type { BindingArgs } from "@pulumi/rabbitmq";
import type { Binding } from "@spot-messaging/topology";
import type { Plain } from "./plain.ts";

/** A binding for the provider. The component puts the managed objects' names in place of both ends. */
export function toBindingArgs(each: Binding): Plain<BindingArgs> {
    const { vhost, source, destination, destinationType, routingKey, arguments: args } = each;
    return {
        vhost,
        source,
        destination,
        destinationType,
        routingKey,
        ...(Object.keys(args).length > 0 && { argumentsJson: JSON.stringify(args) }),
    };
}
