import { z } from "zod";
import { localHandler } from "../handler.ts";
import { autoName } from "./autoName.ts";
import { brokerName, vhostName } from "./brokerName.ts";

export const exchange = localHandler({
    type: "rabbitmq:index/exchange:Exchange",
    noun: "exchange",
    concurrency: 4,
    inputs: z.strictObject({
        name: brokerName.optional(),
        vhost: vhostName,
        settings: z.strictObject({
            type: z.string(),
            durable: z.boolean().default(false),
            autoDelete: z.boolean().default(false),
            // The provider has no JSON form for exchange arguments, so it sends every value as a string.
            arguments: z.record(z.string(), z.string()).default({}),
        }),
    }),
    create: async ({ vhost, settings, ...inputs }, registration, context) => {
        const api = await context.brokers.api(registration, context);
        const name = autoName(inputs.name, registration);
        await api.declareExchange(vhost, name, {
            type: settings.type,
            durable: settings.durable,
            auto_delete: settings.autoDelete,
            arguments: settings.arguments,
        });
        return { id: `${name}@${vhost}`, state: { name, vhost, settings } };
    },
});
