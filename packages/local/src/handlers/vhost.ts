import { z } from "zod";
import { localHandler } from "../handler.ts";
import { autoName } from "./autoName.ts";
import { brokerName } from "./brokerName.ts";

export const vhost = localHandler({
    type: "rabbitmq:index/vHost:VHost",
    noun: "vhost",
    concurrency: 2,
    inputs: z.strictObject({ name: brokerName.optional() }),
    create: async (inputs, registration, context) => {
        const api = await context.brokers.api(registration, context);
        const name = autoName(inputs.name, registration);
        await api.putVhost(name);
        return { id: name, state: { name } };
    },
});
