import type { ExchangeArgs } from "@pulumi/rabbitmq";
import type { Exchange } from "@spot-messaging/topology";
import type { Plain } from "./plain.ts";
import { toTexts } from "./text.ts";

/** An exchange for the provider, which accepts only strings as arguments and defaults `durable` to false. */
export function toExchangeArgs({
    vhost,
    name,
    type,
    durable,
    autoDelete,
    arguments: args,
}: Exchange): Plain<ExchangeArgs> {
    return {
        vhost,
        name,
        settings: {
            type,
            durable,
            autoDelete,
            ...(Object.keys(args).length > 0 && { arguments: toTexts(args) }),
        },
    };
}
