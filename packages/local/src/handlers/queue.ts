import { argumentInputs, brokerArguments, hasOneForm, twoForms } from "@spot-messaging/topology/provider";
import { z } from "zod";
import { localHandler } from "../handler.ts";
import { autoName } from "./autoName.ts";
import { brokerName, vhostName } from "./brokerName.ts";

export const queue = localHandler({
    type: "rabbitmq:index/queue:Queue",
    noun: "queue",
    // A broker that gets many declarations of quorum queues at the same time answers cluster_not_formed.
    concurrency: 4,
    inputs: z.strictObject({
        name: brokerName.optional(),
        vhost: vhostName,
        settings: z
            .strictObject({
                durable: z.boolean().default(false),
                autoDelete: z.boolean().default(false),
                ...argumentInputs,
            })
            .refine(hasOneForm, twoForms),
    }),
    create: async ({ vhost, settings, ...inputs }, registration, context) => {
        const api = await context.brokers.api(registration, context);
        const name = autoName(inputs.name, registration);
        await api.declareQueue(vhost, name, {
            durable: settings.durable,
            auto_delete: settings.autoDelete,
            arguments: brokerArguments(settings),
        });
        return { id: `${name}@${vhost}`, state: { name, vhost, settings } };
    },
});
