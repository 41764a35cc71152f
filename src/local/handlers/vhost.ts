import { z } from "zod";
import { localHandler } from "../handler.js";
import { autoName } from "./autoName.js";
import { brokerName } from "./brokerName.js";

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
