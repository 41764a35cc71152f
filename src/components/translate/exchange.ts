import type { ExchangeArgs } from "@pulumi/rabbitmq";
import type { Exchange } from "../../model/index.js";
import type { Plain } from "./plain.js";

/** An exchange for the provider, which has only a map of strings for arguments and defaults `durable` to false. */
export function toExchangeArgs({
    vhost,
    name,
    type,
    durable,
    autoDelete,
    arguments: args,
}: Exchange): Plain<ExchangeArgs> {
    const texts = Object.entries(args).map(([key, value]) => [key, String(value)]);
    return {
        vhost,
        name,
        settings: {
            type,
            durable,
            autoDelete,
            ...(texts.length > 0 && { arguments: Object.fromEntries(texts) as Record<string, string> }),
        },
    };
}
