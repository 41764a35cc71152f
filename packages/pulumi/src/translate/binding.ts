import type { BindingArgs } from "@pulumi/rabbitmq";
import type { Binding } from "@spot-messaging/topology";
import { bindingArgumentsJson } from "@spot-messaging/topology/provider";
import type { Plain } from "./plain.ts";

/** A binding for the provider. The component replaces both ends by outputs of the resources. */
export function toBindingArgs(each: Binding): Plain<BindingArgs> {
    const { vhost, source, destination, destinationType, routingKey } = each;
    const argumentsJson = bindingArgumentsJson(each);
    return {
        vhost,
        source,
        destination,
        destinationType,
        routingKey,
        ...(argumentsJson !== undefined && { argumentsJson }),
    };
}
